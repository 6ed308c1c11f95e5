"""What an activation does to numbers and gradients: its card, and the check of a user's own."""

from micrograd_act.catalogue.cards import Card, card, card_or_none
from micrograd_act.catalogue.checks import check_activation
from micrograd_act.catalogue.findings import ActivationError, ActivationReport, Finding
from micrograd_act.catalogue.overview import Table

__all__ = [
    "ActivationError",
    "ActivationReport",
    "Card",
    "Finding",
    "Table",
    "card",
    "card_or_none",
    "check_activation",
]
