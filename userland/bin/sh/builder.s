# Growing strings. A builder is three words that the caller keeps (data, length, capacity); its bytes lie in the arena,
# so growing leaves the old ones behind and releasing the arena frees all.

.include "shell.s"

.equ FIRST_CAPACITY, 48

.text

# builder_clear(builder): empty, without memory yet.
.globl builder_clear
builder_clear:
    sd    zero, builder_data(a0)
    sd    zero, builder_length(a0)
    sd    zero, builder_capacity(a0)
    ret

# builder_reserve(builder, n): room for n more bytes. Keeps a0.
.globl builder_reserve
builder_reserve:
    ld    t0, builder_length(a0)
    ld    t1, builder_capacity(a0)
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
    ld    a1, builder_data(s0)
    ld    a2, builder_length(s0)
    call  memcpy
    sd    s2, builder_data(s0)
    sd    s1, builder_capacity(s0)
    mv    a0, s0
    leave 3

# builder_put(builder, byte)
.globl builder_put
builder_put:
    enter 1
    mv    s0, a1
    li    a1, 1
    call  builder_reserve
    ld    t0, builder_length(a0)
    ld    t1, builder_data(a0)
    add   t1, t1, t0
    sb    s0, (t1)
    addi  t0, t0, 1
    sd    t0, builder_length(a0)
    leave 1

# builder_put_unit(builder, unit): two bytes, as expansion keeps its characters.
.globl builder_put_unit
builder_put_unit:
    enter 1
    mv    s0, a1
    li    a1, 2
    call  builder_reserve
    ld    t0, builder_length(a0)
    ld    t1, builder_data(a0)
    add   t1, t1, t0
    sh    s0, (t1)
    addi  t0, t0, 2
    sd    t0, builder_length(a0)
    leave 1

# builder_put_pointer(builder, pointer): eight bytes, for vectors.
.globl builder_put_pointer
builder_put_pointer:
    enter 1
    mv    s0, a1
    li    a1, 8
    call  builder_reserve
    ld    t0, builder_length(a0)
    ld    t1, builder_data(a0)
    add   t1, t1, t0
    sd    s0, (t1)
    addi  t0, t0, 8
    sd    t0, builder_length(a0)
    leave 1

# builder_append(builder, start, length)
.globl builder_append
builder_append:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    a1, a2
    call  builder_reserve
    ld    a0, builder_data(s0)
    ld    t0, builder_length(s0)
    add   a0, a0, t0
    add   t0, t0, s2
    sd    t0, builder_length(s0)
    mv    a1, s1
    mv    a2, s2
    call  memcpy
    leave 3

# builder_append_string(builder, string)
.globl builder_append_string
builder_append_string:
    enter 2
    mv    s0, a0
    mv    s1, a1
    mv    a0, a1
    call  strlen
    mv    a2, a0
    mv    a0, s0
    mv    a1, s1
    call  builder_append
    leave 2

# builder_string(builder): its bytes as a NUL-terminated string (the NUL does not count as part of it).
.globl builder_string
builder_string:
    enter
    li    a1, 1
    call  builder_reserve
    ld    t0, builder_length(a0)
    ld    a0, builder_data(a0)
    add   t0, t0, a0
    sb    zero, (t0)
    leave
