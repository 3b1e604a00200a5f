"""Requests that can be computed, and how they are changed as trees: most to ones that cannot."""

import copy
import itertools
from collections import defaultdict

from contract import CONTRACT, LAYERS, SCHEDULES, SCHEMAS, network, resolved, training
from hypothesis import strategies as st


def requests_to(path):
    """Requests that can be computed; together they have everything in them."""
    content = CONTRACT["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    found = [resolved(example)["value"] for example in content["examples"].values()]
    if path == "/forward":
        layouts = SCHEMAS["Layout"]["enum"]
        found += [network(layer, layout) for layer in LAYERS for layout in layouts]
    if path == "/train":
        clippings = itertools.cycle(SCHEMAS["ClippingName"]["enum"])
        found += [training(schedule, next(clippings)) for schedule in SCHEDULES]
    return found


def parts(tree, place=()):
    """(place, part) of every part of a tree."""
    yield place, tree
    if isinstance(tree, (dict, list)):
        for key, child in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from parts(child, (*place, key))


# All words and all names of fields that the contract has.
WORDS = sorted({
    part for place, part in parts(SCHEMAS)
    if isinstance(part, str) and ("enum" in place[-2:] or place[-1] == "const")
})
NAMES = sorted({place[-1] for place, _ in parts(SCHEMAS) if place[-2:-1] == ("properties",)})
NUMBERS = [0, 1, 2, 3, -1, 0.5, -0.0, 1.0, 1e-300, 1e300, 65536, 65537, 2**31, 2**63, 10**30]
ODDITIES = [
    None, True, False, "", "X", "☃", [], {}, [[]], [None], [1], [[1, 2], [3, 4]], [[1], [2, 3]],
    {"shape": [2, 1], "data": [1, 2]}, {"shape": [0], "data": []}, {"shape": [2], "data": [1]},
    {"shape": [1], "base64": "AAAAAAAA8D8="},
    {"shape": [1], "dtype": "float32", "base64": "AACAPw=="},
]


def name_of(place):
    """The field that a part is or, of an element of a list, that the list is."""
    return next((key for key in reversed(place) if isinstance(key, str)), None)


class Changes:
    """How a request is changed at a place: by what stands at such places elsewhere, or anyhow."""

    def __init__(self, originals):
        self.fields, self.values = defaultdict(list), defaultdict(list)
        for original in originals:
            for place, part in parts(original):
                self.values[name_of(place)].append(part)
                if isinstance(part, dict):
                    self.fields[name_of(place)] += part.items()
        anything = [part for values in self.values.values() for part in values]
        self.anything = st.one_of(map(st.sampled_from, (NUMBERS, WORDS, ODDITIES, anything)))

    def change(self, draw, body):
        # Places of one kind are one choice, or nearly all would be numbers of arrays.
        kinds = defaultdict(list)
        for place, _ in parts(body):
            if place:
                kinds[tuple("*" if isinstance(key, int) else key for key in place)].append(place)
        if not kinds:
            return
        place = draw(st.sampled_from(kinds[draw(st.sampled_from(sorted(kinds)))]))
        parent = body
        for key in place[:-1]:
            parent = parent[key]
        ways = [self.exchange, self.complete, self.spoil, self.remove, self.add]
        draw(st.sampled_from(ways))(draw, parent, place)

    def exchange(self, draw, parent, place):
        """Another value of the same field."""
        self.put(parent, place[-1], draw(st.sampled_from(self.values[name_of(place)] or [None])))

    def complete(self, draw, parent, place):
        """A field that such an object has elsewhere."""
        fields = self.fields[name_of(place[:-1])]
        if isinstance(parent, dict) and fields:
            self.put(parent, *draw(st.sampled_from(fields)))

    def spoil(self, draw, parent, place):
        self.put(parent, place[-1], draw(self.anything))

    def remove(self, draw, parent, place):
        del parent[place[-1]]

    def add(self, draw, parent, place):
        if isinstance(parent, list):
            parent.insert(place[-1], copy.deepcopy(draw(self.anything)))
        else:
            self.put(parent, draw(st.sampled_from(NAMES)), draw(self.anything))

    def put(self, parent, key, value):
        parent[key] = copy.deepcopy(value)


def changed(path):
    """Requests to that path, changed at one to three places."""
    originals = requests_to(path)
    changes = Changes(originals)

    @st.composite
    def strategy(draw):
        body = copy.deepcopy(draw(st.sampled_from(originals)))
        for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
            changes.change(draw, body)
        return body

    return strategy()
