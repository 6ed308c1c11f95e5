"""``python -m micrograd_act`` is ``micrograd-act``."""

from micrograd_act.commands import main

raise SystemExit(main())
