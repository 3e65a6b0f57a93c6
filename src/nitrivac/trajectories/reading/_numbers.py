"""Columns of numbers in text, compiled: what a file of a million frames spends its time on.

Places are unsigned and lines known to be whole, so that the loops over digits are free of other tests.
"""

from __future__ import annotations

import numba as nb
import numpy as np

NAME_LENGTH = 4
ONE, TEN = np.uint64(1), np.uint64(10)
ZERO, NEWLINE, SPACE = np.uint64(ord("0")), np.uint8(10), np.uint8(32)
POINT, PLUS, MINUS = (np.uint8(ord(one)) for one in ".+-")
_KEPT = np.uint64(18)  # digits that a whole number of 64 bits holds
_POWERS = 10.0 ** np.arange(23)  # exact as floats


@nb.njit(cache=True, nogil=True)
def long_number(text, start):
    """A number with an exponent or more than 18 digits, and the place behind it, which is that of no space if it is none.

    Its value is right to the last place but one.
    """
    place = start
    negative = text[place] == MINUS
    if negative or text[place] == PLUS:
        place += ONE
    mantissa, power = np.uint64(0), 0
    digits, point = np.uint64(0), False
    while True:
        digit = np.uint64(text[place]) - ZERO
        if digit < TEN:
            if digits < _KEPT:
                mantissa = mantissa * TEN + digit
                digits += ONE if mantissa > 0 else np.uint64(0)
                power -= 1 if point else 0
            elif not point:
                power += 1
        elif text[place] == POINT and not point:
            point = True
        else:
            break
        place += ONE
    if text[place] | 32 == 101 or text[place] | 32 == 100:  # e, E and Fortran's d, D
        place += ONE
        below = text[place] == MINUS
        if below or text[place] == PLUS:
            place += ONE
        exponent, first = 0, place
        while np.uint64(text[place]) - ZERO < TEN:
            exponent = min(9999, exponent * 10 + int(text[place]) - 48)
            place += ONE
        if place == first:
            return 0.0, first - ONE  # the place of the letter
        power += -exponent if below else exponent
    value = float(mantissa) * 10.0**power if power >= 0 else float(mantissa) / 10.0**-power
    return -value if negative else value, place


@nb.njit(cache=True, nogil=True)
def read_table(text, begin, end, columns, values, names):
    """Read lines of columns.

    Args:
        text: bytes; the last of those that count is the end of a line.
        begin: where the first line begins.
        end: how many count.
        columns: for each column up to the last one wanted, the column of `values` it goes to, -1 for one that is skipped and
            -2 for the one whose text goes to `names`, shape (c,).
        values: filled, shape (rows, k).
        names: filled with the first bytes of the text column, zeros behind, shape (rows, 4).

    Returns:
        The place behind the last line; -1 where the bytes end before; -2 - row for a line that is no row of such columns.
    """
    place, last = np.uint64(begin), np.uint64(end)
    for row in range(len(values)):
        if place >= last:
            return -1
        for which in range(len(columns)):
            column = columns[which]
            while text[place] <= SPACE and text[place] != NEWLINE:
                place += ONE
            if text[place] == NEWLINE:
                return -2 - row
            start = place
            if column >= 0:
                negative = text[place] == MINUS
                if negative or text[place] == PLUS:
                    place += ONE
                first = place
                mantissa, decimals = np.uint64(0), np.uint64(0)
                digit = np.uint64(text[place]) - ZERO
                while digit < TEN:
                    mantissa = mantissa * TEN + digit
                    place += ONE
                    digit = np.uint64(text[place]) - ZERO
                digits = place - first
                if text[place] == POINT:
                    place += ONE
                    first = place
                    digit = np.uint64(text[place]) - ZERO
                    while digit < TEN:
                        mantissa = mantissa * TEN + digit
                        place += ONE
                        digit = np.uint64(text[place]) - ZERO
                    decimals = place - first
                    digits += decimals
                if digits == 0:
                    return -2 - row
                if digits <= _KEPT and text[place] <= SPACE:
                    value = float(mantissa) / _POWERS[decimals]
                    values[row, column] = -value if negative else value
                else:
                    values[row, column], place = long_number(text, start)
                    if text[place] > SPACE:
                        return -2 - row
            else:
                while text[place] > SPACE:
                    if column == -2 and place - start < NAME_LENGTH:
                        names[row, place - start] = text[place]
                    place += ONE
                if column == -2:
                    for rest in range(place - start, NAME_LENGTH):
                        names[row, rest] = 0
        while text[place] != NEWLINE:
            place += ONE
        place += ONE
    return np.int64(place)


@nb.njit(cache=True, nogil=True)
def begins(text, place, last, start):
    """Whether bytes stand at a place."""
    if place + len(start) > last:
        return False
    for offset in range(len(start)):  # noqa: SIM110 - compiled code has no generators
        if text[place + offset] != start[offset]:
            return False
    return True


@nb.njit(cache=True, nogil=True)
def read_frames(text, begin, end, opening, start, columns, values, names, known):
    """Read frames that are like the one before them: tables of as many rows and the same names under like lines.

    Args:
        text, begin, end, columns: as for `read_table`.
        opening: whole lines that each frame begins with.
        start: what the line after these begins with, which is the last before the table.
        values: filled, shape (frames, rows, k).
        names: room for those of a frame, shape (rows, 4).
        known: what they must be, shape (rows, 4).

    Returns:
        How many frames there are whole and alike, up to as many as `values` has room for, and the place behind them.
    """
    place = begin
    for frame in range(len(values)):
        here = place + len(opening)
        if not (begins(text, place, end, opening) and begins(text, here, end, start)):
            return frame, place
        while here < end and text[here] != NEWLINE:
            here += 1
        behind = read_table(text, here + 1, end, columns, values[frame], names) if here < end else -1
        if behind < 0:
            return frame, place
        for row in range(len(known)):
            for letter in range(NAME_LENGTH):
                if names[row, letter] != known[row, letter]:
                    return frame, place
        place = behind
    return len(values), place
