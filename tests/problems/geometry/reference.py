"""Checks every row of the geometry problems by a second, independent implementation.

A block's definitions are read and evaluated at random points as Taylor series of 40 digits (taylor.py); tensors
are computed from their definitions (holors.py). A row holds when both sides agree to 25 digits at each point.

    python3 reference.py [FILE…]                    # needs mpmath
    python3 reference.py --holor PROGRAM [FILE…]    # checks what holor prints for each row instead
"""

import argparse
import json
import random
import re
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

from mpmath import mp, mpf

import language
from holors import Holor
from taylor import space
from words import canonical

ORDERS = {1: 4, 2: 4, 3: 4, 4: 4, 5: 3, 6: 2, 7: 2, 8: 2}
TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|->|==|!=|<=|>=|∂_\w+|[^\W\d_]['\w]*|.)", re.S)
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Text:
    """A statement as tokens, and the tree that precedence gives it."""

    def __init__(self, text):
        text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m[0].translate(SUPERSCRIPTS), text)
        self.tokens = [(m[1], m[0] != m[1]) for m in TOKEN.finditer(text.strip())]
        self.at = 0

    def peek(self, ahead=0):
        k = self.at + ahead
        return self.tokens[k][0] if k < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.peek()
        if expected is not None and token != expected:
            raise SyntaxError(f"expected {expected}, found {token or 'the end'}")
        self.at += 1
        return token

    def expression(self):
        left = self.sum()
        while self.peek() in ("==", "<", ">", "<=", ">="):
            operator = self.take()
            left = ("compare", operator, left, self.sum())
        if self.peek() == "and":
            self.take()
            left = ("and", left, self.expression())
        return left

    def sum(self):
        left = self.product()
        while self.peek() in ("+", "-"):
            operator = self.take()
            left = (operator, left, self.product())
        return left

    def product(self):
        left = self.unary()
        while True:
            token = self.peek()
            if token in ("*", "/", "∧", "⊗"):
                self.take()
                left = (token, left, self.unary())
            elif token and (is_name(token) and token not in ("where", "and") or token in ("(", "[", "|") and token != "|"):
                left = ("*", left, self.unary())
            else:
                return left

    def unary(self):
        if self.peek() in ("-", "+"):
            sign = self.take()
            value = self.unary()
            return ("negative", value) if sign == "-" else value
        base = self.postfix()
        if self.peek() == "^":
            self.take()
            return ("^", base, self.unary())
        return base

    def postfix(self):
        value = self.operand()
        while True:
            token = self.peek()
            spaced = self.at < len(self.tokens) and self.tokens[self.at][1]
            if token == "(" and value[0] == "name" and not spaced:
                self.take()
                value = ("call", value[1], self.arguments(")"))
            elif token == "[" and self.peek(1) in ("^", "_"):
                self.take()
                value = ("index", value, self.indices())
            elif token == "[" and value[0] in ("name", "item", "index", "call") and not spaced:
                self.take()
                value = ("item", value, self.arguments("]"))
            else:
                return value

    def indices(self):
        found = []
        while self.peek() != "]":
            place = self.take()
            found.append((place, self.take()))
            if self.peek() == ",":
                self.take()
        self.take("]")
        return found

    def arguments(self, close):
        found = []
        while self.peek() != close:
            if is_name(self.peek()) and self.peek(1) == "=":
                name = self.take()
                self.take("=")
                found.append((name, self.expression()))
            else:
                found.append((None, self.expression()))
            if self.peek() in (",", ";"):
                self.take()
        self.take(close)
        return found

    def operand(self):
        token = self.take()
        if token == "(":
            inner = self.expression()
            self.take(")")
            return ("group", inner)
        if token == "[":
            return ("list", self.arguments("]"))
        if token == "|":
            inner = self.sum()
            self.take("|")
            return ("call", "abs", [(None, inner)])
        if token[:1].isdigit():
            return ("number", Fraction(token))
        if is_name(token):
            return ("name", token)
        raise SyntaxError(f"unexpected {token or 'end'}")


def is_name(token):
    return bool(token) and (token[0].isalpha() or token[0] in "∇∂")


class Block:
    """The definitions of one block at one random point."""

    def __init__(self, definitions, seed):
        self.random = random.Random(seed)
        self.seed = seed
        text = "\n".join(definitions)
        charts = re.findall(r"chart\(([^)]*)\)", text)
        charts = [[canonical(name.strip()) for name in chart.split(",")] for chart in charts] or [["x"]]
        # Coordinates that a map gives are series in those of the other chart.
        self.map = {}
        for equations in re.findall(r"map = \[([^\]]*)\]", text):
            for name, formula in re.findall(r"(\w+) == ([^,\]]+)", equations):
                self.map[canonical(name)] = formula
        coordinates = next(chart for chart in charts if not set(chart) & set(self.map))
        n = len(coordinates)
        self.space = space(n, ORDERS.get(n, 1))
        conditions = re.findall(r"where ([^\n;]*)", text) + re.findall(r"^symbols? ([^\n;]*)", text, re.M)
        self.coordinates = coordinates
        self.numbers = {}
        self.names = {}
        self.functions = set()
        self.metric = None
        self.connection = None
        self.choose_point([c.strip() for group in conditions for c in group.split(",")])

    def choose_point(self, conditions):
        """Numbers for all symbols that meet the conditions."""
        conditions = [c for c in conditions if re.search("[<>]", c)]
        for _ in range(5000):
            self.numbers = {}
            for k, name in enumerate(self.coordinates):
                value = mpf(self.random.randint(300, 2300)) / 1009
                self.numbers[name] = self.space.variable(k, value)
            for name, formula in self.map.items():
                self.numbers[name] = self.read(formula)
            if all(self.holds(condition) for condition in conditions):
                return
        raise ValueError("no point meets " + ", ".join(conditions))

    def holds(self, condition):
        parts = re.split(r"(<=|>=|<|>)", condition)
        values = [self.read(part).value for part in parts[::2]]
        compare = {"<": lambda a, b: a < b, ">": lambda a, b: a > b}
        return all(compare[o[0]](a, b) for a, o, b in zip(values, parts[1::2], values[1:]))

    def read(self, text):
        source = Text(text)
        tree = source.expression()
        if source.peek():
            raise SyntaxError(f"{text}: unexpected {source.peek()}")
        return self.as_series(self.evaluate(tree))

    def as_series(self, value):
        if isinstance(value, (int, Fraction)):
            value = Fraction(value)
            return self.space.constant(mpf(value.numerator) / value.denominator)
        return value

    def symbol(self, name):
        name = canonical(name)
        if name in self.names:
            return self.names[name]
        if name in ("pi", "π"):
            return self.space.constant(mp.pi)
        if name not in self.numbers:
            chosen = random.Random(f"{name} {self.seed} {len(self.numbers)} {self.random.random()}")
            self.numbers[name] = self.space.constant(mpf(chosen.randint(200, 900)) / 1013)
        return self.numbers[name]

    def run(self, line):
        """A definition."""
        for statement in split(line):
            if statement.startswith("function "):
                self.functions |= {canonical(name.strip()) for name in statement[9:].split(",")}
            elif re.match(r"symbols? ", statement):
                continue
            else:
                self.define(statement.split(" where ")[0])

    def define(self, statement):
        target = re.match(r"([\w]+)\s*(\[[^\]]*\])?\s*=(?!=)(.*)$", statement, re.S)
        if not target:
            raise SyntaxError(f"not a definition: {statement}")
        name, indices, text = target.groups()
        value = self.evaluate_text(text)
        if indices:
            labels = Text(indices)
            labels.take("[")
            value = language.arranged(value, labels.indices())
        self.names[canonical(name)] = value

    def evaluate_text(self, text):
        source = Text(text)
        tree = source.expression()
        if source.peek():
            raise SyntaxError(f"unexpected {source.peek()} in {text}")
        return self.evaluate(tree)

    def evaluate(self, tree):
        return language.evaluate(self, tree)


def split(line):
    """Statements of a line: `;` separates them outside of brackets."""
    parts, depth, start = [], 0, 0
    line = line.split("# ")[0] if line.startswith("# ") else line
    for k, c in enumerate(line):
        depth += (c in "([") - (c in ")]")
        if c == ";" and depth == 0:
            parts.append(line[start:k])
            start = k + 1
    parts.append(line[start:])
    return [part.strip() for part in parts if part.strip()]


def blocks(text):
    """The blocks of a file: their lines, numbered, comments left out."""
    found = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            found.append([])
        elif not line.startswith("#"):
            found[-1].append((number, line))
    return [block for block in found if block]


def leaves(block, value):
    """The numbers in a value, in order."""
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(block, item)]
    if isinstance(value, tuple) and value[0] == "compare":
        return leaves(block, value[2]) + leaves(block, value[3])
    if hasattr(value, "holor"):
        value = value.holor
    if hasattr(value, "forms"):
        return leaves(block, value.forms)
    if hasattr(value, "frame"):
        return leaves(block, list(value.components.values()))
    if isinstance(value, Holor):
        n, rank = value.chart.dimension, len(value.positions)
        if rank == 0:
            return leaves(block, value.components.get((), 0))
        every = product(range(n), repeat=rank)
        return [leaf for i in every for leaf in leaves(block, value[i])]
    if isinstance(value, bool):
        return [mpf(value)]
    return [block.as_series(value).value]


def differs(block, source, expected, check):
    """What is wrong with a row at this block's point, or nothing."""
    found = leaves(block, block.evaluate_text(source))
    wanted = [mpf(0)] * len(found) if check == "zero" else leaves(block, block.evaluate_text(expected))
    if len(found) != len(wanted):
        return f"{len(found)} components, expected {len(wanted)}"
    for k, (a, b) in enumerate(zip(found, wanted)):
        if abs(a - b) > mpf(10) ** -25 * (1 + abs(b)):
            return f"component {k} is {mp.nstr(a, 12)}, expected {mp.nstr(b, 12)}"
    return None


def printed_by(program, lines):
    """What holor prints for each row of a block, by line number."""
    cells = [(number, line.split(" ## ")[0]) for number, line in lines]
    text = "\n# %%\n".join(source for _, source in cells)
    run = subprocess.run([program, "eval", "--json", "-"], input=text, capture_output=True, text=True)
    found = {}
    for line in run.stdout.splitlines():
        answer = json.loads(line)
        number = cells[answer["cell"] - 1][0]
        error = answer.get("error") or {}
        found[number] = answer["text"] if answer["status"] == "ok" else None
        if found[number] is None:
            found[number] = SyntaxError(f"[{error.get('code')}] {error.get('message')}")
    return found


def check_file(path, program=None):
    """Prints what is wrong; gives the numbers of rows that hold, fail, and are for the language alone."""
    right = wrong = other = 0
    for lines in blocks(path.read_text()):
        definitions = [line for _, line in lines if " ## " not in line]
        maps = [line for _, line in lines if "map = " in line and " ## " in line]
        failures = {}
        if all(line.endswith(" ## error") for _, line in lines if " ## " in line):
            other += sum(" ## " in line for _, line in lines)
            continue
        printed = printed_by(program, lines) if program else {}
        for seed in (1, 2):
            try:
                block = Block(definitions + maps, seed)
            except Exception as error:
                failures[lines[0][0]] = f"{type(error).__name__}: {error}"
                continue
            for number, line in lines:
                parts = line.split(" ## ")
                try:
                    answer = printed.get(number)
                    if isinstance(answer, Exception) and "error" not in parts[-1]:
                        raise answer
                    if len(parts) == 1:
                        block.run(line)
                    elif parts[2].split()[0] in ("equal", "zero"):
                        failure = differs(block, answer or parts[0], *parts[1:])
                        if failure:
                            failures.setdefault(number, f"{failure}: {answer or ''}"[:300])
                except Exception as error:
                    failures.setdefault(number, f"{type(error).__name__}: {error}")
        rows = [(n, line.split(" ## ")) for n, line in lines if " ## " in line]
        for number, failure in sorted(failures.items()):
            text = next(line for n, line in lines if n == number)
            print(f"{path.name}:{number}: {text}\n    {failure}")
        for number, (_, _, check) in rows:
            if check.split()[0] not in ("equal", "zero"):
                other += 1
            elif number in failures:
                wrong += 1
            else:
                right += 1
        wrong += sum(1 for n in failures if n not in [m for m, _ in rows])
    print(f"{path.name}: {right} verified, {wrong} wrong, {other} for the language alone")
    return right, wrong, other


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holor", help="check what this program prints")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    files = options.files or sorted(Path(__file__).parent.glob("*.txt"))
    counts = [check_file(path, options.holor) for path in files]
    right, wrong, other = (sum(column) for column in zip(*counts))
    print(f"{right} verified, {wrong} wrong, {other} for the language alone")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
