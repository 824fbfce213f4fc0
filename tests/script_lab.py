"""What the test scripts share: a line for each test, parts that each have a folder of their own, and what
has to be installed."""
import os
import sys
import tempfile

failed = 0


def test(name, good, seen=""):
    """Says "ok NAME", or "not ok NAME" and what was seen; tests/checks/run-tests counts these lines."""
    global failed
    failed += not good
    print(f"ok {name}" if good else f"not ok {name}\n    {seen}", flush=True)
    return good


def exit_status():
    """What a script exits with."""
    return 1 if failed else 0


def run_parts(*parts):
    """Calls each function, or those that the command line names, in an empty folder."""
    root = os.getcwd()
    for part in parts:
        if len(sys.argv) > 1 and part.__name__ not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                part()
            except Exception as error:  # one part that breaks must not hide the others
                test(f"{part.__name__} runs to its end", False, repr(error))
            os.chdir(root)
    return exit_status()


def validator():
    """The JSON Schema validator of tests/node, by its own path: others have a program of that name."""
    modules = os.environ.get("NODE_PATH", os.environ.get("BUILD", "build") + "/node/node_modules")
    path = os.path.abspath(modules + "/.bin/jsonschema")
    if not os.path.exists(path):
        test("the validator is installed: `make test` puts it below the build folder", False)
        sys.exit(exit_status())
    return path


def need_pictures():
    """Starts the script anew with Debian's interpreter if this one lacks PIL: another python3 may come first."""
    debian = "/usr/bin/python3"
    try:
        import PIL  # noqa: F401, only whether it is there
    except ImportError:
        if os.path.realpath(sys.executable) == os.path.realpath(debian):
            raise
        os.execv(debian, [debian] + sys.argv)
