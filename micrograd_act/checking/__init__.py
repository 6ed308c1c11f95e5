"""Numerical verification: gradients against differences of the forward pass, node by node."""

from micrograd_act.checking.checker import check_vjp, gradcheck
from micrograd_act.checking.reports import Doubt, Failure, GradcheckError, Report

__all__ = ["Doubt", "Failure", "GradcheckError", "Report", "check_vjp", "gradcheck"]
