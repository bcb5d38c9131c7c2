"""The modules of an exercise that is a folder: one copy of them, which import one another and no other copy.

Answer, solution and wrong answers lie in one process, and their files have the same names. So each copy has an
`import` of its own: in its modules `import engine` is the copy's engine, whenever it runs, as beside a program, and
whatever else of that name is loaded. This module reads no files.
"""

import builtins
import sys
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class Folder:
    """One copy. `sources` are the texts of the exercise's files by name, `beside` those of others in the folder.

    `parts` says what the copy has in the place of its own, by module: the names it replaces, or another text.
    """

    def __init__(
        self,
        path: Path,
        sources: Mapping[str, bytes],
        name: str,
        parts: Mapping[str, Any],
        beside: Mapping[str, bytes],
    ) -> None:
        self._path = path
        self._sources = {**beside, **sources}
        self._parts = parts
        self._modules: dict[str, types.ModuleType] = {}
        self._import_others = builtins.__import__
        self._builtins = {**vars(builtins), "__import__": self._import}
        for module, part in parts.items():
            if f"{module}.py" not in sources:
                raise LookupError(f"{module} is no module of the exercise, whose files are {', '.join(sources)}")
            if isinstance(part, str):
                self._sources[f"{module}.py"] = part.encode()
        self.whole = types.ModuleType(name)

    def load(self, files: Sequence[str]) -> types.ModuleType:
        """Run the modules of `files`; the module that has them as its attributes."""
        sys.modules[self.whole.__name__] = self.whole
        vars(self.whole)["__sources__"] = self._sources
        for file in files:
            module = file.removesuffix(".py")
            setattr(self.whole, module, self._module(module))
        return self.whole

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        """What an `import` statement in one of the modules calls."""
        if level == 0 and f"{name}.py" in self._sources:
            return self._module(name)
        return self._import_others(name, globals, locals, fromlist or (), level)

    def _module(self, name: str) -> types.ModuleType:
        """The module, run when it is first asked for; one that raises can be asked for again, as with `import`."""
        if name in self._modules:
            return self._modules[name]
        file = self._path / f"{name}.py"
        source = self._sources[file.name]
        code = compile(source, str(file), "exec", dont_inherit=True)
        module = types.ModuleType(f"{self.whole.__name__}.{name}")
        # no package: a relative import fails here as it does in a program
        vars(module).update(__file__=str(file), __package__="", __builtins__=self._builtins, __source__=source)
        sys.modules[module.__name__] = self._modules[name] = module
        try:
            exec(code, vars(module))
        except BaseException:
            self._modules.pop(name, None)
            raise
        parts = self._parts.get(name, {})
        if not isinstance(parts, str):
            vars(module).update(parts)
        return module
