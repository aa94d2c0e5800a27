# Variables that get their old values back: `IFS=: read a b`, `local x`. A block of SIZEOF_temporary bytes, a cleanup, holds
# the list of what they were.

.include "shell.s"

# One remembered variable, from malloc.
.equ remembered_next, 0
.equ remembered_variable, 8             # its block, which stays for ever
.equ remembered_value, 16               # or 0
.equ remembered_flags, 24
.equ SIZEOF_remembered, 32

.text

# temporary_begin(block): nothing remembered yet.
.globl temporary_begin
temporary_begin:
    sd    zero, cleanup_data(a0)
    la    a1, restore_variables
    tail  cleanup_push

# remember_variable(name, length, block)
.globl remember_variable
remember_variable:
    enter 3
    mv    s1, a2
    call  known_variable
    mv    s0, a0
    li    a0, SIZEOF_remembered
    call  checked_malloc
    mv    s2, a0
    ld    t0, variable_flags(s0)
    sd    t0, remembered_flags(s2)
    sd    zero, remembered_value(s2)
    ld    a0, variable_value(s0)
    beqz  a0, 1f
    call  keep_text
    sd    a0, remembered_value(s2)
1:  sd    s0, remembered_variable(s2)
    ld    t0, cleanup_data(s1)
    sd    t0, remembered_next(s2)
    sd    s2, cleanup_data(s1)
    leave 3

# restore_variables(block): the cleanup: newest first, so that the oldest value wins.
.globl restore_variables
restore_variables:
    enter 2
    ld    s0, cleanup_data(a0)
1:  beqz  s0, 2f
    ld    s1, remembered_variable(s0)
    ld    a0, variable_value(s1)
    call  free
    ld    t0, remembered_value(s0)
    sd    t0, variable_value(s1)
    ld    t0, remembered_flags(s0)
    sd    t0, variable_flags(s1)
    mv    a0, s0
    ld    s0, remembered_next(s0)
    call  free
    j     1b
2:  leave 2
