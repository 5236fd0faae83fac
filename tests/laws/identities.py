"""True identities of the field, each a rule that draws both sides. The sides have one shape; NumPy checks every drawn pair."""

from __future__ import annotations

from types import ModuleType

from tests.laws import function_identities, matrix_identities, scalar_identities, special_identities
from tests.laws.draws import Identity


def _rules(module: ModuleType) -> dict[str, Identity]:
    """The public functions that a module defines, in the order of its text."""
    return {
        name: rule
        for name, rule in vars(module).items()
        if callable(rule) and getattr(rule, "__module__", "") == module.__name__ and not name.startswith("_")
    }


#: Every rule by name.
IDENTITIES: dict[str, Identity] = {
    name: rule
    for module in (scalar_identities, matrix_identities, function_identities, special_identities)
    for name, rule in _rules(module).items()
}
