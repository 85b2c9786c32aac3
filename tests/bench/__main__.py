"""Names what can be measured: `python -m tests.bench`"""

import ast
from pathlib import Path

for file in sorted(Path(__file__).parent.glob("[!_]*.py")):
    said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    print(f"python -m tests.bench.{file.stem:20} {said.splitlines()[0]}")
