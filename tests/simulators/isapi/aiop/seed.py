"""What a fresh platform holds: models, tasks with rules, linkages and reference pictures."""

from datetime import datetime

from ..form import Node, Tree
from ..scenery import snapshot
from ..world import Channel
from .chips import EngineStatus, Model
from .plan import Plan
from .rules import CROSSING_COUNT, REGION_COUNT, TARGET_EXCEPTION, Sheet
from .state import Platform, Reference, long_id
from .tasks import Task

HELMET = long_id("helmet")
PARCEL = long_id("parcel")
LOCKED = long_id("locked")
WATCH = long_id("watch")
"""Video task of channels 1 and 2 on engine 1."""
ROUND = long_id("round")
"""Task that looks at pictures of channels in turn."""

PERSON, VEHICLE = 1, 2
NO_HELMET, WITH_HELMET = 0, 1

# Label files of models, in three of the ways trainers write them; the document says only that it is handed through.
HELMET_LABELS: Node = [
    {
        "modelName": "helmet",
        "modelVersion": "1.2.0",
        "target": [
            {
                "type": PERSON,
                "name": "person",
                "attribute": [
                    {
                        "attrType": 1,
                        "name": "helmet",
                        "attrValue": [
                            {"value": NO_HELMET, "name": "no helmet"},
                            {"value": WITH_HELMET, "name": "helmet"},
                        ],
                    }
                ],
            },
            {"type": VEHICLE, "name": "vehicle", "attribute": []},
        ],
    }
]
PARCEL_LABELS: Node = [{"labels": [{"id": 1, "label": "parcel"}, {"id": 2, "label": "cart"}]}]
COUNT_LABELS: Node = [{"classes": {"1": "person", "2": "bicycle"}}]

_LINE = ((0.1, 0.6), (0.9, 0.6))
_AREA = ((0.1, 0.2), (0.9, 0.2), (0.9, 0.9), (0.1, 0.9))


def rule(
    number: int,
    kind: int,
    *,
    target: int = PERSON,
    valid: bool = True,
    sensitive: int = 80,
    duration: int = 5,
    interval: int = 3,
    mpid: str = HELMET,
) -> Tree:
    """Return one RuleInfo; the algorithm adds a node that the document does not draw."""
    line = kind == CROSSING_COUNT
    points: list[Node] = [{"x": x, "y": y} for x, y in (_LINE if line else _AREA)]
    region: Tree = {"RegionId": number, "RulePolygon": {"PolygonType": 1 if line else 2, "PolygonPoint": points}}
    if line:
        region["CrossDirection"] = 1
    return {
        "RuleID": number,
        "Valid": int(valid),
        "TriggerType": kind,
        "TriggerCondition": {
            "TriggerConditionValid": 1,
            "TriggerType": target,
            "TargetStatus": [{"StatusType": 1, "StatusValue": NO_HELMET, "ModelId": mpid}],
            "NumberCondition": {
                "NumberConditionValid": 0,
                "MinTargetNum": 1,
                "MaxTargetNum": 5,
                "NumberJudgeCondition": 3,
            },
        },
        "RuleParam": {
            "Sensitive": sensitive,
            "Duration": duration,
            "TriggerInterval": interval,
            "CountInterval": 5,
            "AlertConfThreshold": 500,
            "MaxTriggerCondition": {"MaxTriggerValid": 0, "MaxTriggerTimes": 1},
            "algorithmPrivate": f"k{number}",
        },
        "RuleRegion": {"Region": [region]},
    }


def config(*rules: Tree, names: dict[int, str]) -> Tree:
    """Return AIRuleConfig with these rules, their names, overlays and counting modes."""
    kinds = {item["RuleID"]: item["TriggerType"] for item in rules}
    counting: list[Node] = [
        {"ruleID": number, "mode": "BatchCounting", "BatchCounting": {"timeInterval": 5}}
        for number, kind in kinds.items()
        if kind == CROSSING_COUNT
    ]
    areas: list[Node] = [
        {"ruleID": number, "value": 10, "ruleEnable": True} for number, kind in kinds.items() if kind == REGION_COUNT
    ]
    shown: list[Node] = [
        {
            "ruleID": number,
            "enabled": True,
            "OSDRegion": {"pointX": 0.1, "pointY": 0.1},
            "TriggerType": kind,
            "ruleEnable": True,
        }
        for number, kind in kinds.items()
        if kind in (CROSSING_COUNT, REGION_COUNT)
    ]
    overlays: list[Node] = [
        {"ruleID": number, "ruleOverlayEnable": True, "targetOverlayEnable": True} for number in kinds
    ]
    found: Tree = {
        "VCA_config": {"ConfigInfo": {"EventRule": {"RuleInfo": list(rules)}, "algorithmBlob": "AAEC"}},
        "AlertIntervalList": areas,
        "OSDList": shown,
        "OverlayInPreviewList": overlays,
        "LineCrossingTargetStatisticsMode": counting,
        "RuleNameInfo": [{"ruleID": number, "ruleName": name} for number, name in names.items()],
        # Newer than the document; whoever writes rules back must not lose it.
        "displayMode": "standard",
    }
    return {name: node for name, node in found.items() if node != []}


def _linkage(number: int, *methods: str) -> list[Tree]:
    return [{"ruleID": number, "ruleType": "single", "notificationMethod": method} for method in methods]


def _whole_week() -> Node:
    return [{"week": day, "beginTime": "00:00", "endTime": "24:00"} for day in range(1, 8)]


def fresh(plan: Plan, channels: dict[int, Channel]) -> Platform:
    """Return the platform of a device that has just been set up."""
    state = Platform(plan=plan)
    (_camera if plan.camera else _recorder)(state)
    for index, (number, channel) in enumerate(list(channels.items())[:1], 1):
        for name in ("empty gate", "gate at night"):
            _reference(state, f"{index}{len(state.references)}", number, channel, name)
    return state


def _reference(state: Platform, seed: str, number: int, channel: Channel, name: str) -> None:
    pid = long_id(seed)[:32]
    when = datetime(2026, 1, 17, 7 + len(state.references))  # noqa: DTZ001 (the device's local time)
    picture = snapshot(channel.name, when, channel=number, frame=len(state.references))
    state.references[pid] = Reference(pid=pid, channel=number, name=name, data=picture)


def _running(state: Platform, number: int, model: Model) -> None:
    state.engines[number].model = model.mpid
    state.engines[number].status = EngineStatus.RUNNING


def _recorder(state: Platform) -> None:
    helmet = Model(mpid=HELMET, name="Helmet", size=180, description=HELMET_LABELS)
    state.models = {
        HELMET: helmet,
        PARCEL: Model(mpid=PARCEL, name="Parcel", size=120, description=PARCEL_LABELS),
        LOCKED: Model(mpid=LOCKED, name="Fire lane", size=90, undeciphered=True),
    }
    _running(state, 1, helmet)
    state.tasks = {
        WATCH: Task(
            name=WATCH,
            kind="video",
            engine=1,
            channels=[1, 2],
            fields={
                "frameRate": 2500,
                "alertInterval": 1,
                "TimeRange": _whole_week(),
                "alarmTargetOverlay": True,
                "EventTrigger": [{"notificationMethod": "center"}],
            },
        ),
        ROUND: Task(name=ROUND, kind="picture_polling", engine=1, channels=[1, 4], fields={"pollingTime": 60}),
    }
    gate = config(
        rule(1, TARGET_EXCEPTION),
        rule(2, CROSSING_COUNT, target=VEHICLE),
        rule(3, REGION_COUNT),
        names={1: "No helmet at the gate", 2: "Vehicles in", 3: "People in the yard"},
    )
    state.sheets = {
        (WATCH, 1): Sheet(
            config=gate,
            triggers=[*_linkage(1, "center", "record"), *_linkage(2, "center"), *_linkage(3, "center")],
        ),
        # Not linked to the centre: what this rule sees is recorded, not told.
        (WATCH, 2): Sheet(
            config=config(rule(1, TARGET_EXCEPTION), names={1: "No helmet at the dock"}),
            triggers=_linkage(1, "record"),
        ),
    }


def _camera(state: Platform) -> None:
    model = Model(
        mpid=PARCEL,
        name="Passers-by",
        size=60,
        description=COUNT_LABELS,
        kinds=frozenset({"video"}),
    )
    state.models = {PARCEL: model}
    _running(state, 1, model)
    state.tasks = {
        WATCH: Task(
            name=WATCH,
            kind="video",
            engine=1,
            channels=[1],
            fields={"frameRate": 2500, "alertInterval": 1, "alarmTargetOverlay": False},
        )
    }
    only = config(rule(1, TARGET_EXCEPTION, mpid=PARCEL), names={1: "Person at the door"})
    state.sheets = {(WATCH, 1): Sheet(config=only, triggers=_linkage(1, "center"))}
