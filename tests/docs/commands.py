"""Tells which commands the AWS CLI would not take: a list of argument lists comes in as JSON, and the
refused ones go out with what the CLI says.

The CLI reads the arguments and checks them against the service's model. When it would call the service,
it is given an empty answer.
"""

import contextlib
import io
import json
import sys
import types

from awscli.clidriver import create_clidriver

EMPTY = types.SimpleNamespace(status_code=200)


def said(arguments):
    driver = create_clidriver()
    driver.session.register("before-call", lambda **_: (EMPTY, {}))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = driver.main(arguments)
        except SystemExit as end:
            code = end.code
    return "" if code == 0 else err.getvalue() or out.getvalue()


for arguments in json.load(sys.stdin):
    if problem := said(arguments):
        print("aws", *arguments)
        print(problem.strip())
