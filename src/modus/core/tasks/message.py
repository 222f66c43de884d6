"""What travels through the queue: JSON of the shape that a task declares, sealed, so that a changed row is noticed."""

import inspect
import json
from functools import cache
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.module_loading import import_string
from django_tasks.base import Task
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from modus.core.tasks.models import QueuedTask

SEAL = Signer(salt="modus.core.tasks")


class BrokenMessage(Exception):
    """A row of the queue is not what was put there, or asks for what is no task."""


def pack(task: Task, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as JSON.

    Raises: TypeError when they are not those that the task declares.
    """
    try:
        return _shape(task)(**arguments).model_dump(mode="json")
    except ValidationError as error:
        raise TypeError(f"{task.module_path} cannot be called like this: {error}") from error


def unpack(row: QueuedTask) -> tuple[Task, dict[str, Any]]:
    """The task and its arguments as Python values.

    Raises: BrokenMessage when the row was changed by somebody else than the queue.
    """
    try:
        SEAL.unsign(f"{_content(row)}{SEAL.sep}{row.signature}")
        task = task_at(row.path)
        said = _shape(task).model_validate_json(json.dumps(row.arguments))
    except (BadSignature, ImportError, ValidationError) as error:
        raise BrokenMessage(type(error).__name__) from error
    return task, {name: getattr(said, name) for name in type(said).model_fields}


def seal(row: QueuedTask) -> str:
    """The seal over everything that decides what is done for whom."""
    return SEAL.signature(_content(row))


def task_at(path: str) -> Task:
    """The task at a dotted path.

    Raises: ImportError when there is none.
    """
    task = import_string(path)
    if not isinstance(task, Task):
        raise ImportError(f"{path} is no task.")
    return task


def _content(row: QueuedTask) -> str:
    parts = [str(row.pk), row.path, row.key, str(row.by_id), str(row.lane_id), row.arguments]
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


@cache
def _shape(task: Task) -> type[BaseModel]:
    """The arguments that the function declares, as a strict schema."""
    function = inspect.signature(task.func, eval_str=True)
    parameters = [p for p in function.parameters.values() if not (task.takes_context and p.name == "context")]
    fields: dict[str, Any] = {
        p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
    }
    return create_model(task.func.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)
