#!/usr/bin/env python3
"""Tests of check_page.py, on drawings of a small made tree."""
import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_layers  # noqa: E402
import check_page  # noqa: E402

LAYERS = [("core", "core"), ("runs as values", "verdict|compare"), ("cli", "cli")]
MODULES = [
    {"name": "core", "uses": []},
    {"name": "verdict", "uses": ["core"]},
    {"name": "compare", "uses": ["core", "verdict"]},
    {"name": "cli", "uses": ["compare", "core"]},
    {"name": "agent_core", "uses": []},
    {"name": "agent_card", "uses": ["agent_core"]},
]
PAGE = """# Architecture
Every module:
```
┌ cli              uses runs as values, core
│   cli            the commands
├ runs as values   uses core
│   compare        what differs        -> verdict
│   verdict        judges
├ core
│   core           what all share

┌ agent, in the guest: uses no other layer
│   agent_card     cards               -> agent_core
│   agent_core     results
```
Words about core and verdict, and another block:
```
│   nothing
```
"""


class Page(unittest.TestCase):
    def setUp(self):
        for module in (check_layers, check_page):
            patch = mock.patch.object(module, "LAYERS", LAYERS)
            patch.start()
            self.addCleanup(patch.stop)

    def faults(self, old="", new="", modules=None):
        self.assertIn(old, PAGE)
        return check_page.check(modules or MODULES, PAGE.replace(old, new, 1) if old else PAGE, "page.md")

    def assert_fault(self, faults, *words):
        self.assertTrue(any(all(word in fault for word in words) for fault in faults), faults)

    def test_a_true_drawing(self):
        self.assertEqual(self.faults(), [])

    def test_a_module_that_is_not_drawn(self):
        # The word stands elsewhere on the page, which is not enough.
        self.assert_fault(self.faults("│   verdict        judges\n"), "no module verdict", "runs as values")

    def test_a_drawn_module_that_is_not_there(self):
        self.assert_fault(self.faults("│   verdict        judges", "│   verdict        judges\n│   clock   ticks"),
                          "page.md:9:", "clock is no module")

    def test_a_module_that_is_drawn_twice(self):
        self.assert_fault(self.faults("│   verdict        judges", "│   verdict  judges\n│   verdict  again"),
                          "page.md:9:", "twice")

    def test_a_module_in_another_layer(self):
        self.assert_fault(self.faults("├ core\n", "│   core    early\n├ core\n"), "page.md:9:", "not to \"runs as values\"")

    def test_an_arrow_that_is_missing(self):
        self.assert_fault(self.faults("-> verdict", ""), "page.md:7:", "compare uses verdict")

    def test_an_arrow_that_is_not_declared(self):
        self.assert_fault(self.faults("│   verdict        judges", "│   verdict   judges -> compare"),
                          "page.md:8:", "verdict uses nothing")

    def test_an_arrow_of_the_agent(self):
        self.assert_fault(self.faults("-> agent_core", ""), "page.md:13:", "agent_card uses agent_core")

    def test_a_layer_that_uses_another_one_more(self):
        self.assert_fault(self.faults("uses runs as values, core", "uses core"), "page.md:4:", "uses core, runs as values")

    def test_a_layer_that_uses_one_less(self):
        self.assert_fault(self.faults("├ core\n", "├ core             uses cli\n"), "page.md:9:", '"core" uses nothing')

    def test_layers_in_another_order(self):
        self.assert_fault(check_page.check(MODULES, PAGE.replace("┌ cli ", "┌ core").replace("├ core\n", "├ cli\n"), "page.md"),
                          "layers are core, runs as values, cli, agent")

    def test_a_page_without_a_drawing(self):
        self.assert_fault(check_page.check(MODULES, "# Architecture\ncore verdict compare cli\n", "page.md"),
                          "no module core")


if __name__ == "__main__":
    unittest.main()
