"""Every file has the form that FlutterFlow wants of it: header, name, arguments, and nothing else that is public."""

from __future__ import annotations

import re

import pytest

from .source import DartFile, dart_files

ACTIONS = [file for file in dart_files() if "// Begin custom action code" in file.source]
WIDGETS = [file for file in dart_files() if "// Begin custom widget code" in file.source]
FUNCTIONS = [file for file in dart_files() if file not in ACTIONS and file not in WIDGETS]

WARNING = "// DO NOT REMOVE OR MODIFY THE CODE ABOVE!\n"
ACTION_HEADER = """\
// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom action code
"""
WIDGET_HEADER = """\
// Automatic FlutterFlow imports
import '/backend/backend.dart';
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
import 'index.dart'; // Imports other custom widgets
import '/custom_code/actions/index.dart'; // Imports custom actions
import '/flutter_flow/custom_functions.dart'; // Imports custom functions
import 'package:flutter/material.dart';
// Begin custom widget code
"""
FUNCTION_HEADER = """\
import 'dart:convert';
import 'dart:math' as math;

import 'package:flutter/material.dart';
import 'package:google_fonts/google_fonts.dart';
import 'package:intl/intl.dart';
import 'package:timeago/timeago.dart' as timeago;
import '/flutter_flow/lat_lng.dart';
import '/flutter_flow/place.dart';
import '/flutter_flow/uploaded_file.dart';
import '/backend/backend.dart';
import 'package:cloud_firestore/cloud_firestore.dart';
import '/auth/firebase_auth/auth_util.dart';

"""
#: Types of an argument that FlutterFlow offers and the kit uses.
ARGUMENTS = re.compile(r"(String|int|double|bool|DateTime)\??")


def public(file: DartFile) -> list[str]:
    """What the file declares at its top level for others to see."""
    return [name for name in file.declared if not name.startswith("_")]


def is_plain(file: DartFile) -> bool:
    return all(ARGUMENTS.fullmatch(kind) for kind, _ in file.signature.parameters)


def test_there_are_files_of_each_kind() -> None:
    assert (len(ACTIONS), len(FUNCTIONS), len(WIDGETS)) == (8, 3, 1)


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: file.name)
def test_an_action_is_one_function_of_the_files_name_under_flutterflows_header(file: DartFile) -> None:
    assert file.source.startswith(ACTION_HEADER + WARNING)
    assert public(file) == [file.main]


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: file.name)
def test_an_action_takes_plain_arguments_in_their_order_and_answers_a_future(file: DartFile) -> None:
    assert file.signature.returns == "Future<String>"
    assert is_plain(file)


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: file.name)
def test_an_action_throws_nothing(file: DartFile) -> None:
    """Whatever waits stands in a `try` whose last `catch` takes everything; the scenarios make it throw."""
    _, _, body = file.source.partition(f" {file.main}(")
    action, _, _ = body.partition("\n}\n")
    before, _, guarded = action.partition("\n  try {")

    assert "await" not in before
    assert re.findall(r"^  \} (.*) \{$", guarded, re.MULTILINE)[-1] in ("catch (_)", "finally")
    assert "} catch (_) {" in guarded
    assert not re.search(r"\b(throw|rethrow)\b", file.source.replace("nothing is ever thrown", ""))


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.name)
def test_a_custom_function_is_one_function_without_imports_of_its_own(file: DartFile) -> None:
    assert file.source.startswith(FUNCTION_HEADER)
    assert "import " not in file.source.removeprefix(FUNCTION_HEADER)
    assert file.declared == [file.main]
    assert is_plain(file)
    assert file.source.count("/// MODIFY CODE ONLY BELOW THIS LINE") == 1
    assert file.source.count("/// MODIFY CODE ONLY ABOVE THIS LINE") == 1


@pytest.mark.parametrize("file", WIDGETS, ids=lambda file: file.name)
def test_a_widget_is_one_class_of_the_files_name_with_width_and_height(file: DartFile) -> None:
    name = file.main[0].upper() + file.main[1:]

    assert file.source.startswith(WIDGET_HEADER + WARNING)
    assert public(file) == [name]
    assert "final double? width;" in file.source
    assert "final double? height;" in file.source


@pytest.mark.parametrize("file", ACTIONS + WIDGETS, ids=lambda file: file.name)
def test_nothing_is_printed(file: DartFile) -> None:
    """A client secret or a message must not reach a phone's log."""
    assert not re.search(r"\b(print|debugPrint|log)\(", file.source)
