"""Stack profiles as the fitter sees them: JSON objects, with a constant found under its family or else at the root."""

import json
import time


def read(folder):
    """Profiles by id."""
    profiles = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
    return {profile["id"]: profile for profile in profiles}


def write(folder, profile):
    text = json.dumps(profile, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{profile['id']}.json").write_text(text, encoding="utf-8")


def family_of(profile, family):
    for entry in profile["families"]:
        if entry["family"] == family:
            return entry
    entry = {"family": family, "constants": {}}
    profile["families"].append(entry)
    return entry


def constant(profile, family, name):
    for entry in profile.get("families", []):
        if entry["family"] == family and name in entry["constants"]:
            return entry["constants"][name]["value"]
    return profile["constants"][name]["value"]


FITTED = {
    "cite": "fitted by tests/fidelity/fit.py to the measurements that `fit` names; docs/cost-model.md, Accuracy",
    "date": time.strftime("%Y-%m"),
    "confidence": "fitted",
}


def set_constant(profile, family, name, value):
    profile["sources"]["fit"] = FITTED
    figure = dict(profile["constants"][name], value=value, source="fit")
    (profile["constants"] if family is None else family_of(profile, family)["constants"])[name] = figure
