"""The same seed invents the same county, in any process and for any number of patients."""

import hashlib
import os
import subprocess
import sys

from tests.region.county import NOW, SEED, encode, society, told
from varda import region

_PROGRAM = """
from tests.region.test_same_seed_same_county import digest
from tests.region.county import NOW, SEED
from varda import region
print(digest(region.society(SEED, NOW), region.lives(40, SEED, NOW)))
"""


def digest(everyone, lives):
    summed = hashlib.sha256()
    for item in everyone:
        summed.update(encode([item.resource, item.unit]))
    for life in lives:
        for item in life.items:
            summed.update(encode([item.resource, item.unit]))
    return summed.hexdigest()


def test_another_process_with_another_hash_seed_invents_the_same_county():
    here = digest(society(), told()[:40])
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    there = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert there.stdout.strip() == here


def test_a_patient_is_the_same_however_many_there_are():
    assert list(region.lives(12, SEED, NOW)) == told()[:12]


def test_a_filling_can_be_resumed_in_the_middle():
    assert list(region.lives(60, SEED, NOW, start=48)) == told()[48:60]


def test_another_seed_invents_other_people():
    other = [life.items[0].resource["name"] for life in region.lives(30, SEED + 1, NOW)]
    assert other != [life.items[0].resource["name"] for life in told()[:30]]
