"""The records and options of the public headers, field by field."""

import ctypes
from ctypes import POINTER, c_char, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p


class Error(ctypes.Structure):
    _fields_ = [
        ("status", c_int32),
        ("line", c_int32),
        ("column", c_int32),
        ("reserved", c_int32),
        ("index", c_int64),
        ("field", c_char * 56),
        ("message", c_char * 176),
    ]


class Money(ctypes.Structure):
    _fields_ = [("lo", c_uint64), ("hi", c_int64)]

    @classmethod
    def of(cls, units):
        return cls(units & (2**64 - 1), units >> 64)

    @property
    def units(self):
        return (self.hi << 64) + self.lo


class MeterFacts(ctypes.Structure):
    _fields_ = [
        ("meter", c_uint32),
        ("decimals", c_int32),
        ("direction", c_int32),
        ("modality", c_int32),
        ("cache", c_int32),
        ("ttl_minutes", c_int32),
        ("tokens", c_uint32),
        ("reserved", c_uint32),
    ]


class Count(ctypes.Structure):
    _fields_ = [("quantity", c_int64), ("meter", c_uint32), ("reserved", c_uint32)]


class Usage(ctypes.Structure):
    _fields_ = [("time_ns", c_int64)] + [
        (name, c_uint32) for name in ("tariff", "tier", "first", "count", "flags", "reserved")
    ]


class Charge(ctypes.Structure):
    _fields_ = [("total", Money), ("status", c_int32), ("flags", c_uint32), ("tariff", c_uint32), ("lines", c_uint32)]


class Line(ctypes.Structure):
    _fields_ = [("amount", Money), ("price", Money), ("quantity", c_int64), ("per", c_int64), ("residue", c_int64)] + [
        (name, c_uint32) for name in ("meter", "priced_as", "rule", "tier", "flags", "step")
    ]


class TariffFacts(ctypes.Structure):
    _fields_ = (
        [("size", c_uint32), ("rules", c_uint32)]
        + [(name, c_char_p) for name in ("provider", "model", "region", "customer", "source", "revision")]
        + [("currency", c_char * 8), ("first_ns", c_int64)]
    )


class RuleFacts(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("effect", c_int32),
        ("id", c_char_p),
        ("price", Money),
        ("per", c_int64),
        ("from_ns", c_int64),
        ("until_ns", c_int64),
        ("above", c_int64),
        ("meters", c_uint64 * 2),
        ("tiers", c_uint32),
        ("threshold", c_int32),
        ("inclusive", c_uint32),
        ("graduated", c_uint32),
        ("windows", c_uint32),
        ("reserved", c_uint32),
    ]


class Period(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("final", c_int32),
        ("time_ns", c_int64),
        ("prior", POINTER(Count)),
        ("now", POINTER(Count)),
        ("prior_count", c_uint64),
        ("now_count", c_uint64),
        ("prior_spend", Money),
        ("now_spend", Money),
        ("prior_events", Money),
    ]


class BookOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("skip_bad_entries", c_int32),
        ("repair_float_noise", c_int32),
        ("reserved", c_int32),
    ]


class BookFacts(ctypes.Structure):
    _fields_ = (
        [("size", c_uint32), ("format", c_int32)]
        + [(name, c_char_p) for name in ("revision", "source", "as_of", "customer")]
        + [("tariffs", c_uint64), ("notes", c_uint64)]
    )


class Text(ctypes.Structure):
    _fields_ = [("text", c_void_p), ("length", c_uint64)]

    def __str__(self):
        return ctypes.string_at(self.text, self.length).decode() if self.text else ""


class Event(ctypes.Structure):
    _fields_ = (
        [("size", c_uint32), ("format", c_int32)]
        + [(name, Text) for name in ("id", "provider", "model", "region", "served_tier")]
        + [("counts", POINTER(Count)), ("unknown", POINTER(Text)), ("time_ns", c_int64)]
        + [(name, c_uint32) for name in ("count", "unknown_count", "tier", "has_time")]
    )


class Group(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("count", c_uint32),
        ("keys", c_char_p * 4),
        ("total", Money),
        ("counts", POINTER(Count)),
        ("rows", c_uint64),
        ("failed", c_uint64),
    ]
