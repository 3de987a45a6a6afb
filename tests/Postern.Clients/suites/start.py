"""./run starts the server wherever the SDK is, and whatever `dotnet` on the PATH is."""
import os
import shutil
import subprocess
import tempfile
import unittest

from harness import clean_environment, root


class Start(unittest.TestCase):
    def test_script(self):
        """./run finds the runtime where `dotnet` on the PATH is a script that starts the real one"""
        real = shutil.which("dotnet") or os.path.expanduser("~/.dotnet/dotnet")
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "dotnet")
            with open(script, "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\nexec "{real}" "$@"\n')
            os.chmod(script, 0o755)
            environment = clean_environment()
            environment.pop("DOTNET_ROOT", None)
            environment["PATH"] = folder + ":" + environment["PATH"]
            done = subprocess.run([os.path.join(root, "run"), "--help"], env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("--urls", done.stdout)
