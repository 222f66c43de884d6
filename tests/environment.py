"""The environment of the tests, set before Django reads its settings: a folder of its own, and reads may not write."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

# Each process has its own, inside the one it was given: what another one stores must not be found here.
os.environ["MODUS_DATA_FOLDER"] = tempfile.mkdtemp(prefix="modus-tests-", dir=os.environ.get("MODUS_DATA_FOLDER"))
atexit.register(shutil.rmtree, os.environ["MODUS_DATA_FOLDER"], ignore_errors=True)
Path(os.environ["MODUS_DATA_FOLDER"], "static").mkdir(parents=True, exist_ok=True)
os.environ["MODUS_GUARD_READS"] = "yes"
os.environ["MODUS_DEBUG"] = "no"
os.environ["MODUS_SITE_ADDRESS"] = "http://testserver"
# Mails are sent as on a site with a mail server; what takes them is a list (pytest-django), or a server of the test.
os.environ["MODUS_MAIL_HOST"] = "localhost"
os.environ["MODUS_MAIL_TLS"] = "none"
# A worker holds all tests and the whole house; to look through them for garbage as often as Python does by itself
# takes a tenth of the time.
gc.set_threshold(20_000, 20, 20)
