"""Templates for one language, in which whatever is the same for every visitor is worked out once.

A page has up to a hundred sentences and dozens of links that depend on nothing but its language. Looked up for every
visitor, they would be the larger part of filling it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.visitor import NodeTransformer

Known = Mapping[str, Callable[..., Any]]


def precompiled(environment: Environment, name: str, source: str, known: Known) -> Template:
    """A template, with every call of a known function replaced by its result if its arguments are fixed.

    name: for messages. known: functions by the name they have in templates; for equal arguments they must always
    return the same.
    Results are escaped exactly as they would be at each call.
    """
    tree = _ConstantFolding(known).visit(environment.parse(source, name))
    code = environment.compile(tree, name)
    # Calls whose arguments only a view knows are made when the page is filled.
    return Template.from_code(environment, code, {**environment.globals, **known})


class _ConstantFolding(NodeTransformer):
    def __init__(self, known: Known) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - how Jinja finds it
        self.generic_visit(node)
        function = self._known.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if function is None or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            arguments = [argument.as_const() for argument in node.args]
            values = {value.key: value.value.as_const() for value in node.kwargs}
        except nodes.Impossible:
            return node
        return nodes.Const(function(*arguments, **values), lineno=node.lineno, environment=node.environment)
