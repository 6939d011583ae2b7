#!/usr/bin/env python3
"""Tests of check_layers.py: on small trees made for the purpose, and on the project's own.

  check_layers_test.py [MODULES.json SOURCE-FOLDER] [unittest's own arguments]

Without the two arguments the tests on the project's own tree are skipped.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check_layers  # noqa: E402

REAL = []  # modules.json, source folder

CORE = {"name": "core", "folder": "harness/core", "uses": []}
PLAN = {"name": "plan", "folder": "harness/plan", "uses": ["core"]}
CORE_FILES = {
    "harness/core/error.h": "#pragma once\n#include <string>\n",
    "harness/core/error.cpp": '#include "harness/core/error.h"\n',
}
GOOD_FILES = {
    **CORE_FILES,
    "harness/plan/plan.h": '#pragma once\n#include "harness/core/error.h"\n',
    "harness/plan/plan.cpp": '#include "harness/plan/plan.h"\n',
}


def module(name, folder, *uses):
    return {"name": name, "folder": folder, "uses": list(uses)}


class SmallTrees(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def faults(self, modules, files):
        for path, text in files.items():
            whole = os.path.join(self.folder.name, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8") as out:
                out.write(text)
        return check_layers.Tree(modules, self.folder.name).check()

    def assert_one_fault(self, faults, where, *words):
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(where + ": "), faults[0])
        for word in words:
            self.assertIn(word, faults[0])

    def test_a_tree_that_declares_what_it_uses_has_no_fault(self):
        self.assertEqual(self.faults([CORE, PLAN], GOOD_FILES), [])

    def test_an_undeclared_include_is_named_with_file_and_line(self):
        faults = self.faults([CORE, module("plan", "harness/plan")], GOOD_FILES)
        self.assert_one_fault(faults, "harness/plan/plan.h:2", "plan uses core", "does not declare it")

    def test_the_use_of_a_used_module_is_no_declaration(self):
        # verdict reaches core through plan: that is not enough.
        faults = self.faults([CORE, PLAN, module("verdict", "harness/verdict", "plan")], {
            **GOOD_FILES,
            "harness/verdict/verdict.cpp": '#include "harness/plan/plan.h"\n#include "harness/core/error.h"\n',
        })
        self.assert_one_fault(faults, "harness/verdict/verdict.cpp:2", "verdict uses core")

    def test_a_declaration_that_is_not_used(self):
        faults = self.faults([CORE, PLAN, module("verdict", "harness/verdict", "core", "plan")], {
            **GOOD_FILES, "harness/verdict/verdict.cpp": '#include "harness/core/error.h"\n',
        })
        self.assert_one_fault(faults, "harness/verdict/CMakeLists.txt", "verdict declares plan and does not use it")

    def test_a_declaration_of_no_module(self):
        faults = self.faults([CORE, module("plan", "harness/plan", "core", "clock")], GOOD_FILES)
        self.assert_one_fault(faults, "harness/plan/CMakeLists.txt", "clock, which is no module")

    def test_an_arrow_upward(self):
        faults = self.faults([module("core", "harness/core", "plan"), module("plan", "harness/plan")], {
            "harness/core/error.h": '#include "harness/plan/plan.h"\n', "harness/plan/plan.h": "#pragma once\n",
        })
        self.assert_one_fault(faults, "harness/core/CMakeLists.txt", "core declares plan", "higher layer")

    def test_an_arrow_within_a_layer(self):
        faults = self.faults([CORE, PLAN, module("verdict", "harness/verdict", "plan")], {
            **GOOD_FILES, "harness/verdict/verdict.cpp": '#include "harness/plan/plan.h"\n',
        })
        self.assertEqual(faults, [])

    def test_a_module_without_a_layer(self):
        faults = self.faults([CORE, PLAN, module("odds", "harness/odds")], GOOD_FILES)
        self.assert_one_fault(faults, "harness/odds/CMakeLists.txt", "odds has no place in the order of layers")

    def test_a_circle_between_modules(self):
        faults = self.faults([module("plan", "harness/plan", "verdict"), module("verdict", "harness/verdict", "plan")], {
            "harness/plan/a.h": '#include "harness/verdict/b.h"\n', "harness/plan/c.h": "#pragma once\n",
            "harness/verdict/b.h": "#pragma once\n", "harness/verdict/d.h": '#include "harness/plan/c.h"\n',
        })
        self.assert_one_fault(faults, "harness/plan/CMakeLists.txt", "circle between modules: plan -> verdict -> plan")

    def test_a_circle_between_units_through_a_source(self):
        faults = self.faults([CORE], {
            "harness/core/a.h": '#include "harness/core/b.h"\n', "harness/core/a.cpp": '#include "harness/core/a.h"\n',
            "harness/core/b.h": "#pragma once\n", "harness/core/b.cpp": '#include <map>\n#include "harness/core/a.h"\n',
        })
        self.assert_one_fault(faults, "harness/core/a.h:1",
                              "circle between units: harness/core/a -> harness/core/b -> harness/core/a")

    def test_a_circle_between_units_of_the_tests(self):
        faults = self.faults([CORE, PLAN], {
            **GOOD_FILES,
            "tests/unit/plan/a.h": '#include "tests/unit/plan/b.h"\n',
            "tests/unit/plan/b.h": '#include "tests/unit/plan/a.h"\n',
        })
        self.assert_one_fault(faults, "tests/unit/plan/a.h:1", "circle between units")

    def test_a_header_and_its_source_are_one_unit(self):
        self.assertEqual(self.faults([CORE], {
            "harness/core/a.h": "#pragma once\n", "harness/core/a.cpp": '#include "harness/core/a.h"\n',
        }), [])

    def test_a_file_without_a_module(self):
        faults = self.faults([CORE, PLAN], {**GOOD_FILES, "harness/stray.cpp": "int stray;\n"})
        self.assert_one_fault(faults, "harness/stray.cpp", "belongs to no module")

    def test_the_include_of_a_file_without_a_module(self):
        faults = self.faults([CORE, PLAN], {
            **GOOD_FILES, "tests/unit/helper.h": "#pragma once\n",
            "harness/core/error.cpp": '#include "harness/core/error.h"\n#include "tests/unit/helper.h"\n',
        })
        self.assert_one_fault(faults, "harness/core/error.cpp:2", "tests/unit/helper.h, which belongs to no module")

    def test_an_include_that_is_no_path_from_the_root(self):
        for path in ("error.h", "../core/error.h", "harness/plan/../core/error.h"):
            with self.subTest(path):
                faults = self.faults([CORE, PLAN], {**GOOD_FILES, "harness/plan/plan.h": "\n" * 3 + f'#include "{path}"\n'})
                self.assertEqual(len([fault for fault in faults if fault.startswith("harness/plan/plan.h:4: ")]), 1, faults)

    def test_the_header_that_the_build_chooses(self):
        faults = self.faults([module("agent_core", "scenarios/agent/core")],
                             {"scenarios/agent/core/pcsc.cpp": '#include "pcsc_headers.h"\n'})
        self.assertEqual(faults, [])

    def test_libvirt_only_in_the_hypervisor(self):
        files = {"vm/hypervisor/virt.cpp": "#include <libvirt/libvirt.h>\n"}
        hypervisor = module("hypervisor", "vm/hypervisor")
        self.assertEqual(self.faults([hypervisor], files), [])
        faults = self.faults([hypervisor, module("boot", "vm/boot")],
                             {**files, "vm/boot/boot.cpp": "\n#include <libvirt/libvirt.h>\n"})
        self.assert_one_fault(faults, "vm/boot/boot.cpp:2", "<libvirt/libvirt.h>", "only vm/hypervisor/")

    def test_boost_process_only_in_its_file(self):
        files = {"harness/core/process.cpp": "#include <boost/process.hpp>\n"}
        self.assertEqual(self.faults([CORE], files), [])
        faults = self.faults([CORE], {**files, "harness/core/text.cpp": "#include <boost/process/child.hpp>\n"})
        self.assert_one_fault(faults, "harness/core/text.cpp:1", "<boost/process", "only harness/core/process.cpp")

    def test_other_headers_of_boost_are_free(self):
        self.assertEqual(self.faults([CORE], {"harness/core/a.cpp": "#include <boost/asio.hpp>\n"}), [])

    def test_the_system_is_asked_for_only_in_the_agent(self):
        agent = module("agent_core", "scenarios/agent/core")
        for line in ("#ifdef _WIN32", "#ifndef __linux__", "#if defined(__MINGW32__)", "#elif defined(_WIN32)",
                     "# if !defined(_WIN32) || 0"):
            with self.subTest(line):
                files = {"scenarios/agent/core/a.cpp": line + "\n#endif\n", "tests/unit/a_test.cpp": line + "\n#endif\n"}
                files["harness/core/a.cpp"] = "\n"
                self.assertEqual(self.faults([CORE, agent], files), [])
                faults = self.faults([CORE, agent], {**files, "harness/core/a.cpp": "\n\n" + line + "\n#endif\n"})
                self.assert_one_fault(faults, "harness/core/a.cpp:3", "system that it is compiled for")

    def test_the_agent_uses_no_module_of_the_harness(self):
        faults = self.faults([CORE, module("agent_core", "scenarios/agent/core", "core")], {
            **CORE_FILES, "scenarios/agent/core/a.cpp": '#include "harness/core/error.h"\n',
        })
        self.assert_one_fault(faults, "scenarios/agent/core/CMakeLists.txt", "agent_core declares core", "stands alone")

    def test_the_agent_may_not_use_the_harness_undeclared_either(self):
        faults = self.faults([CORE, module("agent_core", "scenarios/agent/core")], {
            **CORE_FILES, "scenarios/agent/core/a.cpp": '#include "harness/core/error.h"\n',
        })
        self.assert_one_fault(faults, "scenarios/agent/core/a.cpp:1", "agent_core uses core")

    def test_the_harness_uses_no_room_of_the_agent(self):
        faults = self.faults([module("core", "harness/core", "agent_core"), module("agent_core", "scenarios/agent/core")], {
            "harness/core/a.cpp": '#include "scenarios/agent/core/a.h"\n', "scenarios/agent/core/a.h": "#pragma once\n",
        })
        self.assert_one_fault(faults, "harness/core/CMakeLists.txt", "core declares agent_core", "stands alone")

    def test_rooms_of_the_agent_use_each_other_as_declared(self):
        files = {
            "scenarios/agent/core/a.h": "#pragma once\n",
            "scenarios/agent/card/b.cpp": '#include "scenarios/agent/core/a.h"\n',
        }
        core = module("agent_core", "scenarios/agent/core")
        self.assertEqual(self.faults([core, module("agent_card", "scenarios/agent/card", "agent_core")], files), [])
        faults = self.faults([core, module("agent_card", "scenarios/agent/card")], files)
        self.assert_one_fault(faults, "scenarios/agent/card/b.cpp:1", "agent_card uses agent_core")

    def test_two_modules_of_one_folder_share_their_declarations(self):
        files = {
            "vm/guest/guest.h": '#pragma once\n#include "harness/core/error.h"\n',
            "harness/core/error.h": "#pragma once\n",
        }
        guest, fake = module("guest", "vm/guest", "core"), module("guest_fake", "vm/guest", "core", "guest")
        self.assertEqual(self.faults([CORE, guest, fake], files), [])

    def test_the_program_prints_faults_and_ends_with_1(self):
        self.assertEqual(self.faults([CORE, PLAN], GOOD_FILES), [])
        for modules, code, out in (([CORE, PLAN], 0, ""), ([CORE, module("plan", "harness/plan")], 1, "plan.h:2: ")):
            declared = os.path.join(self.folder.name, "modules.json")
            with open(declared, "w", encoding="utf-8") as text:
                json.dump(modules, text)
            ended = subprocess.run([sys.executable, os.path.join(HERE, "check_layers.py"), declared, self.folder.name],
                                   capture_output=True, text=True, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (code, ""))
            self.assertIn(out, ended.stdout)


class ProjectsTree(unittest.TestCase):
    def setUp(self):
        if not REAL:
            self.skipTest("no MODULES.json and SOURCE-FOLDER were given")
        with open(REAL[0], encoding="utf-8") as text:
            self.modules = json.load(text)

    def test_a_declaration_less_is_found(self):
        # One arrow of each module that uses any, so that the sample spreads over the whole tree.
        before = set(check_layers.Tree(self.modules, REAL[1]).check())
        folders = [m["folder"] for m in self.modules]
        sample = [number for number, m in enumerate(self.modules) if m["uses"] and folders.count(m["folder"]) == 1]
        self.assertGreater(len(sample), 10)
        for number in sample[::4]:
            name, used = self.modules[number]["name"], self.modules[number]["uses"][-1]
            with self.subTest(f"{name} -> {used}"):
                fewer = copy.deepcopy(self.modules)
                fewer[number]["uses"].remove(used)
                faults = set(check_layers.Tree(fewer, REAL[1]).check()) - before
                self.assertTrue(any(f"{name} uses {used} (" in fault for fault in faults), faults)


if __name__ == "__main__":
    if len(sys.argv) > 2 and not sys.argv[1].startswith("-"):
        REAL.extend(sys.argv[1:3])
        del sys.argv[1:3]
    unittest.main()
