"""How a fault gets into a running process: changed code for living functions, changed values for constants."""

import ast
import gc
import importlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import modus
from benchmarks.mutation.mutants import Mutant, names_in

SOURCE = Path(modus.__file__).parent


def plant(file: str, tree: ast.Module, mutant: Mutant, living: dict[str, list[FunctionType]]) -> None:
    """Put a fault into this process.

    Raises: LookupError when nothing lives that could have it.
    """
    path, made = str(SOURCE / file), mutant.tree(tree)
    if mutant.constant:
        _plant_constant(path, made, mutant.constant)
    codes: dict[tuple[str, int], CodeType] = {}
    for code in _codes_of(compile(made, path, "exec")):
        codes.setdefault((code.co_qualname, code.co_firstlineno), code)
    planted = 0
    for function in living[path]:
        new = codes.get((function.__code__.co_qualname, function.__code__.co_firstlineno), function.__code__)
        if new != function.__code__ and new.co_freevars == function.__code__.co_freevars:
            function.__code__ = new
            planted += 1
    if not planted and not mutant.constant:
        raise LookupError(f"{mutant.name} could not be planted.")


def _plant_constant(path: str, made: ast.Module, constant: str) -> None:
    """Give a constant its changed value wherever it was imported, and those after it that are made of it."""
    dotted = ".".join(Path(path).relative_to(SOURCE.parent).with_suffix("").parts)
    home = vars(importlib.import_module(dotted))
    changed = {constant}
    for node in made.body:
        name = names_in(node)[0] if isinstance(node, ast.Assign | ast.AnnAssign) and node.value else ""
        if name and (name in changed or changed & set(names_in(node.value))):
            old, new = home[name], eval(compile(ast.Expression(node.value), path, "eval"), home)  # noqa: S307  ours
            changed.add(name)
            for module in [m for key, m in list(sys.modules.items()) if key.startswith("modus.")]:
                if vars(module).get(name) is old:
                    setattr(module, name, new)


def living_functions() -> dict[str, list[FunctionType]]:
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        # Not isinstance: it wakes lazy objects.
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(str(SOURCE)):
            found[thing.__code__.co_filename].append(thing)
    return found


def _codes_of(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes_of(inner)
