# Memory for one command: the arena.
#
# Parsing and expanding make many small pieces that all die together when their command is done. They are cut from
# large blocks, one after the other, and given back together: remember the mark before, release to it afterwards.
# What must live longer (variables, jobs) comes from malloc().
#
# (1) arena_next lies within the newest block, or is 0 with no block.
# (2) Marks are released in reverse order of their making, as a stack.
# (3) While the arena is pinned (a function was defined: its tree must live on) nothing is released; the end of the
#     outermost command then leaves the blocks to themselves for ever.

.include "shell.s"

.equ block_previous, 0
.equ block_limit, 8
.equ SIZEOF_block, 16
.equ BLOCK_BYTES, 8176                  # with malloc's own header below two pages

.bss
.balign 8
arena_block: .skip 8                    # the newest block
arena_next:  .skip 8                    # first free byte in it
.globl arena_pinned
arena_pinned: .skip 8                   # 1: see (3)

.text

# allocate(size): `size` bytes, aligned to 8, not cleared. Never fails: without memory the command is abandoned.
.globl allocate
allocate:
    addi  a0, a0, 7
    andi  a0, a0, -8
    ld    t0, arena_next
    beqz  t0, 1f
    ld    t1, arena_block
    ld    t1, block_limit(t1)
    sub   t1, t1, t0                    # room left
    bltu  t1, a0, 1f
    add   t1, t0, a0
    sd    t1, arena_next, t2
    mv    a0, t0
    ret
1:  tail  allocate_in_new_block

allocate_in_new_block:
    enter 2
    mv    s0, a0
    li    s1, BLOCK_BYTES - SIZEOF_block
    bgeu  s1, s0, 1f
    mv    s1, s0                        # a large piece gets a block of its own size
1:  addi  a0, s1, SIZEOF_block
    call  checked_malloc
    ld    t0, arena_block
    sd    t0, block_previous(a0)
    addi  t1, a0, SIZEOF_block
    add   t2, t1, s1
    sd    t2, block_limit(a0)
    sd    a0, arena_block, t0
    add   t2, t1, s0
    sd    t2, arena_next, t0
    mv    a0, t1
    leave 2

# arena_mark(): a mark for arena_release.
.globl arena_mark
arena_mark:
    ld    a0, arena_next
    ret

# arena_release(mark): gives back all that was allocated since.
.globl arena_release
arena_release:
    ld    t0, arena_pinned
    beqz  t0, 1f
    ret
1:  enter 2
    mv    s0, a0
1:  ld    s1, arena_block
    beqz  s1, 3f
    bltu  s0, s1, 2f                    # the mark is not in this block: free it, look at the one before
    ld    t0, block_limit(s1)
    bleu  s0, t0, 3f
2:  ld    t0, block_previous(s1)
    sd    t0, arena_block, t1
    mv    a0, s1
    call  free
    j     1b
3:  sd    s0, arena_next, t0
    leave 2

# arena_finish(mark): releases to the mark of the outermost command, or leaves a pinned arena behind and begins another.
.globl arena_finish
arena_finish:
    ld    t0, arena_pinned
    beqz  t0, arena_release
    sd    zero, arena_pinned, t0
    sd    zero, arena_block, t0
    sd    zero, arena_next, t0
    ret

# checked_malloc(size): malloc, or the command is abandoned with a message.
.globl checked_malloc
checked_malloc:
    enter
    call  malloc
    bnez  a0, 1f
    la    a0, out_of_memory
    li    a1, STATUS_USAGE
    call  abandon_with_message
1:  leave

# copy_text(start, length): a NUL-terminated copy in the arena.
.globl copy_text
copy_text:
    enter 3
    mv    s0, a0
    mv    s1, a1
    addi  a0, a1, 1
    call  allocate
    mv    s2, a0
    mv    a1, s0
    mv    a2, s1
    call  memcpy
    add   t0, s2, s1
    sb    zero, (t0)
    mv    a0, s2
    leave 3

# keep_text(string): a copy from malloc.
.globl keep_text
keep_text:
    enter 2
    mv    s0, a0
    call  strlen
    addi  s1, a0, 1
    mv    a0, s1
    call  checked_malloc
    mv    a1, s0
    mv    a2, s1
    call  memcpy
    leave 2

# new_cell(item): a list cell.
.globl new_cell
new_cell:
    enter 1
    mv    s0, a0
    li    a0, SIZEOF_cell
    call  allocate
    sd    zero, cell_next(a0)
    sd    s0, cell_item(a0)
    leave 1

.section .rodata
out_of_memory: .asciz "out of memory"
