"""Examples in the OpenAPI document. Tests hold them to the models."""

from __future__ import annotations

from typing import Any

_HANDED = {
    "submission": "0bJlDo1yTWqVJxFv",
    "course": "backprop",
    "exercise": "product_gradient",
    "number": 2,
    "created_at": "2026-11-21T12:00:00Z",
    "commit": "f3dbd36c6c4b1f5f0ab9d93d3f1a0f1ea1c0ffee",
    "branch": "main",
    "repository": "https://github.com/ada/homework",
    "url": "/api/v1/submissions/0bJlDo1yTWqVJxFv",
    "page": "/submissions/0bJlDo1yTWqVJxFv",
}
_OURS = {
    "en": "We could not grade this: a fault of ours. Nothing was counted, and no attempt was used up.",
    "zh": "没能评分，这是我们的故障。没有计分，也没有用掉提交次数。",
}

ANSWERS: dict[str, dict[str, Any]] = {
    "Submission": {
        "waiting": {"value": {**_HANDED, "state": "waiting", "before": 3}},
        "running": {"value": {**_HANDED, "state": "running", "done": 2, "of": 5}},
        "graded": {
            "value": {
                **_HANDED,
                "state": "graded",
                "points": 8.0,
                "out_of": 10.0,
                "report": "/api/v1/submissions/0bJlDo1yTWqVJxFv/report",
            }
        },
        "ours": {"value": {**_HANDED, "state": "ours", "text": _OURS}},
    },
    "Courses": {
        "one": {
            "value": {
                "items": [
                    {
                        "course": "backprop",
                        "title": {"en": "Backpropagation", "zh": "反向传播"},
                        "role": "student",
                        "counts": "best",
                        "timezone": "Asia/Shanghai",
                        "exercises": "/api/v1/courses/backprop/exercises",
                    }
                ]
            }
        }
    },
    "Who": {
        "token": {
            "value": {
                "name": "Ada",
                "email": "ada@example.org",
                "by": "token",
                "scopes": ["read", "submit"],
                "course": "backprop",
                "exercise": None,
            }
        }
    },
}

_CODE = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
SENT: dict[str, Any] = {"one file": {"value": {"files": [{"name": "solution.py", "text": _CODE}]}}}
