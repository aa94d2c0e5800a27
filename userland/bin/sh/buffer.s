# Growing strings. A buffer is three words that the caller keeps (data, length, capacity); its bytes lie in the arena,
# so growing leaves the old ones behind and releasing the arena frees all.

.include "shell.s"

.equ FIRST_CAPACITY, 48

.text

# buffer_clear(buffer): empty, without memory yet.
.globl buffer_clear
buffer_clear:
    sd    zero, buffer_data(a0)
    sd    zero, buffer_length(a0)
    sd    zero, buffer_capacity(a0)
    ret

# buffer_reserve(buffer, n): room for n more bytes. Keeps a0.
.globl buffer_reserve
buffer_reserve:
    ld    t0, buffer_length(a0)
    ld    t1, buffer_capacity(a0)
    add   t0, t0, a1
    bltu  t1, t0, 1f
    ret
1:  enter 3
    mv    s0, a0
    slli  s1, t1, 1                     # twice as much, or as much as is asked for
    bgeu  s1, t0, 2f
    mv    s1, t0
2:  addi  s1, s1, FIRST_CAPACITY
    mv    a0, s1
    call  allocate
    mv    s2, a0
    ld    a1, buffer_data(s0)
    ld    a2, buffer_length(s0)
    call  memcpy
    sd    s2, buffer_data(s0)
    sd    s1, buffer_capacity(s0)
    mv    a0, s0
    leave 3

# buffer_put(buffer, byte)
.globl buffer_put
buffer_put:
    enter 1
    mv    s0, a1
    li    a1, 1
    call  buffer_reserve
    ld    t0, buffer_length(a0)
    ld    t1, buffer_data(a0)
    add   t1, t1, t0
    sb    s0, (t1)
    addi  t0, t0, 1
    sd    t0, buffer_length(a0)
    leave 1

# buffer_put_unit(buffer, unit): two bytes, as expansion keeps its characters.
.globl buffer_put_unit
buffer_put_unit:
    enter 1
    mv    s0, a1
    li    a1, 2
    call  buffer_reserve
    ld    t0, buffer_length(a0)
    ld    t1, buffer_data(a0)
    add   t1, t1, t0
    sh    s0, (t1)
    addi  t0, t0, 2
    sd    t0, buffer_length(a0)
    leave 1

# buffer_put_pointer(buffer, pointer): eight bytes, for vectors.
.globl buffer_put_pointer
buffer_put_pointer:
    enter 1
    mv    s0, a1
    li    a1, 8
    call  buffer_reserve
    ld    t0, buffer_length(a0)
    ld    t1, buffer_data(a0)
    add   t1, t1, t0
    sd    s0, (t1)
    addi  t0, t0, 8
    sd    t0, buffer_length(a0)
    leave 1

# buffer_append(buffer, start, length)
.globl buffer_append
buffer_append:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    a1, a2
    call  buffer_reserve
    ld    a0, buffer_data(s0)
    ld    t0, buffer_length(s0)
    add   a0, a0, t0
    add   t0, t0, s2
    sd    t0, buffer_length(s0)
    mv    a1, s1
    mv    a2, s2
    call  memcpy
    leave 3

# buffer_append_string(buffer, string)
.globl buffer_append_string
buffer_append_string:
    enter 2
    mv    s0, a0
    mv    s1, a1
    mv    a0, a1
    call  strlen
    mv    a2, a0
    mv    a0, s0
    mv    a1, s1
    call  buffer_append
    leave 2

# buffer_string(buffer): its bytes as a NUL-terminated string (the NUL does not count as part of it).
.globl buffer_string
buffer_string:
    enter
    li    a1, 1
    call  buffer_reserve
    ld    t0, buffer_length(a0)
    ld    a0, buffer_data(a0)
    add   t0, t0, a0
    sb    zero, (t0)
    leave
