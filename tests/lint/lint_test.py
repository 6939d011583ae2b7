#!/usr/bin/env python3
"""Tests of scripts/lint: each of its checks finds a fault, and nothing in what is as it should be."""
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOADER = importlib.machinery.SourceFileLoader("lint", os.path.join(ROOT, "scripts/lint"))
lint = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint", LOADER))
LOADER.exec_module(lint)

GOOD = {
    "harness/core/text.h": '#pragma once\n#include <string>\n\nstd::string trimmed(const std::string& text);\n',
    "harness/core/text.cpp": '#include "harness/core/text.h"\n\nstd::string trimmed(const std::string& text) {\n  return text;\n}\n',
    "scripts/hello": '#!/usr/bin/env bash\necho "$1"\n',
}


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.realpath(folder.name)
        patch = mock.patch.object(lint, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        for name in (".clang-format", ".clang-tidy"):
            shutil.copy(os.path.join(ROOT, name), self.root)
        for path, text in GOOD.items():
            self.write(path, text)

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as out:
            out.write(text)

    def compilation(self, *sources):
        entries = [{"directory": self.root, "file": os.path.join(self.root, source),
                    "command": f"g++ -I{self.root} -Wall -Wextra -std=c++20 -o x.o -c {self.root}/{source}"}
                   for source in sources or ["harness/core/text.cpp"]]
        self.write("build/lint/compile_commands.json", json.dumps(entries))
        return lint.Compilation([("lint", os.path.join(self.root, "build/lint/compile_commands.json"))])

    def assert_finding(self, found, where, word):
        self.assertTrue(any(one.startswith(where) and word in one for one in found), found)

    def git(self, *arguments):
        done = subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], cwd=self.root,
                              capture_output=True, text=True, check=True)
        return done.stdout

    def test_format(self):
        self.assertEqual(lint.check_format("harness/core/text.h"), [])
        self.write("harness/core/text.h", "#pragma once\nint   far;\n")
        self.assert_finding(lint.check_format("harness/core/text.h"), "harness/core/text.h:2", "clang-format")

    def test_shell(self):
        self.assertEqual(lint.check_shell("scripts/hello"), [])
        self.write("scripts/hello", "#!/usr/bin/env bash\nrm $1\n")
        self.assert_finding(lint.check_shell("scripts/hello"), "scripts/hello:2", "SC2086")

    def test_what_a_shell_script_is(self):
        self.write("notes.txt", "#! no script\n")
        self.write("scripts/tool", "#!/usr/bin/env python3\n")
        self.assertTrue(lint.is_shell_script("scripts/hello"))
        self.assertFalse(lint.is_shell_script("notes.txt"))
        self.assertFalse(lint.is_shell_script("scripts/tool"))
        self.assertFalse(lint.is_shell_script("harness/core/text.cpp"))

    def test_files_that_compile_alone(self):
        compilation = self.compilation()
        self.assertEqual(lint.check_alone(compilation, "harness/core/text.cpp"), [])
        self.assertEqual(lint.check_alone(compilation, "harness/core/text.h"), [])

    def test_a_source_that_does_not_compile_alone(self):
        self.write("harness/core/text.cpp", "int size() {\n  return kNowhere;\n}\n")
        self.assert_finding(lint.check_alone(self.compilation(), "harness/core/text.cpp"), "harness/core/text.cpp:2",
                            "kNowhere")

    def test_a_header_that_does_not_compile_alone(self):
        self.write("harness/core/text.h", "#pragma once\nstd::string trimmed();\n")
        self.assert_finding(lint.check_alone(self.compilation(), "harness/core/text.h"), "harness/core/text.h:2", "std")

    def test_a_warning_is_a_finding(self):
        self.write("harness/core/text.cpp", "int one(int unused) { return 1; }\n")
        self.assert_finding(lint.check_alone(self.compilation(), "harness/core/text.cpp"), "harness/core/text.cpp:1",
                            "unused")

    def test_a_source_of_no_target(self):
        self.write("harness/core/stray.cpp", "int stray;\n")
        self.assert_finding(lint.check_alone(self.compilation(), "harness/core/stray.cpp"), "harness/core/stray.cpp",
                            "no target compiles it")

    def test_a_header_of_no_module(self):
        self.write("vm/odd.h", "#pragma once\n")
        self.assert_finding(lint.check_alone(self.compilation(), "vm/odd.h"), "vm/odd.h", "no source")

    def test_a_header_is_found_through_a_link_under_its_own_name(self):
        os.makedirs(os.path.join(self.root, "build/lint/include/core"))
        os.symlink(os.path.join(self.root, "harness"), os.path.join(self.root, "build/lint/include/core/harness"))
        found = lint.findings_in("build/lint/include/core/harness/core/text.h:4:1: warning: odd\n    text\n")
        self.assertEqual(found, ["harness/core/text.h:4:1: warning: odd\n    text"])

    def test_tidy(self):
        compilation = self.compilation()
        for path in ("harness/core/text.cpp", "harness/core/text.h"):
            self.assertEqual(lint.check_tidy(compilation, False, path), [])
        self.write("harness/core/text.cpp", '#include "harness/core/text.h"\n\nint* nothing() { return 0; }\n')
        self.assert_finding(lint.check_tidy(compilation, False, "harness/core/text.cpp"), "harness/core/text.cpp:3",
                            "modernize-use-nullptr")

    def test_tidy_of_a_header(self):
        self.write("harness/core/text.h", "#pragma once\ninline int* nothing() { return 0; }\n")
        self.write("harness/core/text.cpp", '#include "harness/core/text.h"\n')
        compilation = self.compilation()
        self.assert_finding(lint.check_tidy(compilation, False, "harness/core/text.h"), "harness/core/text.h:2", "nullptr")
        # A header's finding belongs to the header; over the whole tree to the sources that include it.
        self.assertEqual(lint.check_tidy(compilation, False, "harness/core/text.cpp"), [])
        self.assert_finding(lint.check_tidy(compilation, True, "harness/core/text.cpp"), "harness/core/text.h:2", "nullptr")

    def test_a_tool_that_fails_without_a_finding(self):
        done = subprocess.CompletedProcess([], 139, "", "Segmentation fault\n")
        self.assertEqual(lint.outcome("a.cpp", done), ["a.cpp: Segmentation fault"])

    def test_changed_files(self):
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        self.git("switch", "-q", "-c", "branch")
        self.assertEqual(lint.changed_files(None), [])
        self.write("harness/core/committed.cpp", "\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "second")
        self.write("harness/core/new.h", "\n")
        self.write("harness/core/text.cpp", "\n")
        os.remove(os.path.join(self.root, "harness/core/text.h"))
        changed = ["harness/core/committed.cpp", "harness/core/new.h", "harness/core/text.cpp"]
        self.assertEqual(lint.changed_files(None), changed)
        self.assertEqual(lint.changed_files("HEAD"), changed[1:])
        self.assertNotIn("harness/core/text.h", lint.all_files())
        with self.assertRaisesRegex(lint.Trouble, '"elsewhere" is not a commit'):
            lint.changed_files("elsewhere")

    def test_wrong_arguments(self):
        for arguments in (["--all", "--base", "HEAD"], ["--all", "x.cpp"], ["--nothing"]):
            done = subprocess.run([os.path.join(ROOT, "scripts/lint"), *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)

    def test_help(self):
        done = subprocess.run([os.path.join(ROOT, "scripts/lint"), "--help"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0)
        for word in ("--all", "--base", "Exit codes"):
            self.assertIn(word, done.stdout)

    def lint_all(self):
        """(exit code, output) of a whole lint of the small tree."""
        self.git("init", "-q", "-b", "main")
        compilation = self.compilation()
        options = mock.Mock(all=True, base=None, files=[])
        with mock.patch.object(lint, "prepare", return_value=compilation), \
                mock.patch.object(lint, "check_layers", return_value=[]), \
                mock.patch("sys.stderr"), mock.patch("builtins.print") as printed:
            code = lint.lint(options)
        return code, "\n".join(call.args[0] for call in printed.call_args_list)

    def test_exit_code_without_findings(self):
        code, output = self.lint_all()
        self.assertEqual(code, 0, output)
        self.assertNotIn("\033", output)

    def test_exit_code_with_a_finding(self):
        self.write("scripts/hello", "#!/usr/bin/env bash\nrm $1\n")
        code, output = self.lint_all()
        self.assertEqual(code, 1)
        self.assertIn("scripts/hello:2", output)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
