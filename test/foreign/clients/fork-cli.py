"""Runs the AWS CLI many times, and imports it and reads its models once: that is most of what a call costs.

usage: fork-cli.py PROGRAM. A line on standard input holds a call's arguments as a JSON list; the line that answers it
holds {code, stdout, stderr}. Every call is a process of its own, which runs PROGRAM's own file to its end.
"""

import contextlib
import json
import os
import runpy
import sys
import tempfile

import awscli.clidriver
import awscli.handlers
import botocore.exceptions

PROGRAM = sys.argv[1]

session = awscli.clidriver.create_clidriver().session
warm = session.get_component("data_loader")


def share_models():
    """Every loader of a forked process begins with what was read here."""
    loader = type(warm)
    start = loader.__init__

    def start_warm(self, *args, **kwargs):
        start(self, *args, **kwargs)
        self._cache = warm._cache

    loader.__init__ = start_warm


def read_models(service):
    session.create_client(service, endpoint_url="http://127.0.0.1")
    session.get_available_services()
    for read in (session.get_waiter_model, session.get_paginator_model):
        with contextlib.suppress(botocore.exceptions.DataNotFoundError):
            read(service)


def call(arguments):
    read_models(arguments[0])
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os._exit(run(arguments, out, err))
        _, status = os.waitpid(child, 0)
        return {"code": os.waitstatus_to_exitcode(status), "stdout": text(out), "stderr": text(err)}


def run(arguments, out, err):
    nothing = os.open(os.devnull, os.O_RDONLY)
    for theirs, ours in ((nothing, 0), (out.fileno(), 1), (err.fileno(), 2)):
        os.dup2(theirs, ours)
    sys.argv = [PROGRAM, *arguments]
    code = 0
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
    except SystemExit as end:
        code = end.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 1


def text(file):
    file.seek(0)
    return file.read().decode()


share_models()
for line in sys.stdin:
    print(json.dumps(call(json.loads(line))), flush=True)
