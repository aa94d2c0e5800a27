# pmap: what a process has mapped, and (-x) how much of it is in memory.
#
# usage: pmap [-xp] PID...
#   -x  of each mapping the KiB that are resident, and of these the ones that are dirty: /proc/PID/smaps
#   -p  files with their whole path
# exit status: 0; 1 for bad arguments; 42 when there is no such process, as procps has it
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ NO_PROCESS, 42
        .equ FIELDS, 6                  # of a line of maps: range, rights, offset, device, inode, name

# One mapping, until the next one begins. Sizes in KiB.
        .bss
        .balign 8
extended:       .zero 8                 # 1: -x
whole_path:     .zero 8                 # 1: -p
start:          .zero 8
size:           .zero 8
resident:       .zero 8
dirty:          .zero 8
name:           .zero 8                 # address of it in the text
rights:         .zero 8                 # "rwxs-" and a NUL
pending:        .zero 8                 # 1: the words above hold a mapping
total_size:     .zero 8
total_resident: .zero 8
total_dirty:    .zero 8

        .text
# s0 argc, then exit status; s1 argv
        .globl main
main:
        enter 2
        mv   s0, a0
        mv   s1, a1
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bltz a0, 2f
        la   t0, extended
        li   t1, 'x'
        beq  a0, t1, 3f
        la   t0, whole_path
3:      li   t1, 1
        sd   t1, 0(t0)
        j    1b
2:      ld   t0, optind
        beq  t0, s0, bad_usage
        slli t0, t0, 3
        add  s1, s1, t0
        li   s0, 0
4:      ld   a0, 0(s1)
        beqz a0, 6f
        call show
        beqz a0, 5f
        li   s0, NO_PROCESS
5:      addi s1, s1, 8
        j    4b
6:      mv   a0, s0
        leave 2
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# show(pid as text: a0) -> a0 = 0, or 1: there is no such process. s0 pid, s1 text, s2 where the next line begins
show:
        enter 3
        mv   s0, a0
        la   a1, maps_file
        ld   t0, extended
        beqz t0, 1f
        la   a1, smaps_file
1:      call read_process_file
        bltz a0, 8f
        mv   s1, a0
        mv   s2, a0
        mv   a0, s0
        call heading
        la   t0, total_size
        sd   zero, 0(t0)
        sd   zero, total_resident - total_size(t0)
        sd   zero, total_dirty - total_size(t0)
2:      lbu  t0, 0(s2)
        beqz t0, 5f
        mv   a0, s2                     # the line becomes a string of its own
        li   a1, '\n'
        call strchrnul
        mv   t1, s2
        mv   s2, a0
        lbu  t0, 0(a0)
        beqz t0, 3f
        sb   zero, 0(a0)
        addi s2, a0, 1
3:      mv   a0, t1
        lbu  t0, 0(a0)                  # "Rss: ..." begins with a capital, "3ffff000-..." with a digit
        addi t0, t0, -'A'
        sltiu t0, t0, 26
        bnez t0, 4f
        call begin
        j    2b
4:      call detail
        j    2b
5:      call row
        call totals
        mv   a0, s1
        call free
        li   a0, 0
        leave 3
8:      li   a0, 1
        leave 3

# heading(pid as text: a0): the process's number and command line, and what the columns are
heading:
        enter 2
        mv   s0, a0
        la   a1, unknown
        call read_process_command
        mv   s1, a0
        mv   a1, s0
        mv   a2, a0
        la   a0, process
        call printf
        mv   a0, s1
        call free
        ld   t0, extended
        beqz t0, 1f
        la   a0, columns
        call puts
1:      leave 2

# begin(line of maps: a0): writes the mapping before, and takes this one's words from the line
# s0 rest of the line, s1 where its name begins
begin:
        enter 2, 16
        mv   s0, a0
        call row
        mv   a0, s0
        mv   a1, sp
        li   a2, 16
        call strtoul
        la   t0, start
        sd   a0, 0(t0)
        ld   a0, 0(sp)
        addi a0, a0, 1                  # the dash
        mv   a1, sp
        li   a2, 16
        call strtoul
        ld   t1, start
        sub  a0, a0, t1
        srli a0, a0, 10
        la   t0, start
        sd   a0, size - start(t0)
        sd   zero, resident - start(t0)
        sd   zero, dirty - start(t0)
        li   t1, 1
        sd   t1, pending - start(t0)
        ld   t1, 0(sp)                  # " rw-p 00000000 00:00 0       [heap]"
        lw   t2, 1(t1)
        sw   t2, rights - start(t0)
        lbu  t3, 4(t1)
        li   t4, 's'
        beq  t3, t4, 1f
        li   t4, '-'
1:      sb   t4, rights + 3 - start(t0)
        li   t4, '-'
        sb   t4, rights + 4 - start(t0)
        li   s1, FIELDS - 2             # fields before the name
        mv   a0, t1
2:      la   a1, blank
        call strspn_from
        la   a1, blank
        call strcspn_from
        addi s1, s1, -1
        bnez s1, 2b
        la   a1, blank
        call strspn_from
        la   t0, name
        sd   a0, 0(t0)
        leave 2, 16

# strspn_from(text: a0, set: a1), strcspn_from(...) -> a0 = behind the characters in the set; not in it
strspn_from:
        enter 1
        mv   s0, a0
        call strspn
        add  a0, a0, s0
        leave 1
strcspn_from:
        enter 1
        mv   s0, a0
        call strcspn
        add  a0, a0, s0
        leave 1

# detail(line of smaps: a0): Rss, Shared_Dirty and Private_Dirty count
detail:
        enter 1
        mv   s0, a0
        la   a1, rss_label
        call labelled
        bltz a0, 1f
        la   t0, resident
        sd   a0, 0(t0)
        leave 1
1:      mv   a0, s0
        la   a1, shared_label
        call labelled
        bgez a0, 2f
        mv   a0, s0
        la   a1, private_label
        call labelled
        bltz a0, 3f
2:      la   t0, dirty
        ld   t1, 0(t0)
        add  t1, t1, a0
        sd   t1, 0(t0)
3:      leave 1

# row(): the mapping that is pending, if one is
row:
        enter 0
        la   t0, pending
        ld   t1, 0(t0)
        beqz t1, 2f
        sd   zero, 0(t0)
        la   t0, total_size
        ld   t1, size
        ld   t2, 0(t0)
        add  t2, t2, t1
        sd   t2, 0(t0)
        ld   t1, resident
        ld   t2, total_resident - total_size(t0)
        add  t2, t2, t1
        sd   t2, total_resident - total_size(t0)
        ld   t1, dirty
        ld   t2, total_dirty - total_size(t0)
        add  t2, t2, t1
        sd   t2, total_dirty - total_size(t0)
        call shown_name
        mv   a6, a0
        ld   a1, start
        ld   a2, size
        ld   t0, extended
        bnez t0, 1f
        la   a3, rights
        mv   a4, a6
        la   a0, short_row
        call printf
        leave 0
1:      ld   a3, resident
        ld   a4, dirty
        la   a5, rights
        la   a0, long_row
        call printf
2:      leave 0

# shown_name() -> a0 = what stands for the mapping
shown_name:
        enter 0
        ld   a0, name
        la   a1, stack_name
        call strcmp
        la   t0, stack_shown
        beqz a0, 1f
        ld   t1, name
        lbu  t2, 0(t1)
        la   t0, anonymous
        li   t3, '/'
        bne  t2, t3, 1f
        mv   t0, t1
        ld   t2, whole_path
        bnez t2, 1f
        mv   a0, t1
        call basename
        leave 0
1:      mv   a0, t0
        leave 0

# totals()
totals:
        enter 0
        ld   a1, total_size
        ld   t0, extended
        la   a0, short_total
        beqz t0, 1f
        la   a0, rule
        call puts
        ld   a1, total_size
        ld   a2, total_resident
        ld   a3, total_dirty
        la   a0, long_total
1:      call printf
        leave 0

        .section .rodata
letters:        .asciz "xp"
usage_text:     .asciz "pmap [-xp] PID..."
maps_file:      .asciz "maps"
smaps_file:     .asciz "smaps"
blank:          .asciz " "
unknown:        .asciz "?"
process:        .asciz "%s:   %s\n"
columns:        .asciz "Address           Kbytes     RSS   Dirty Mode  Mapping"
short_row:      .asciz "%016lx %6ldK %s %s\n"
long_row:       .asciz "%016lx %7ld %7ld %7ld %s %s\n"
short_total:    .asciz " total %16ldK\n"
rule:           .asciz "---------------- ------- ------- ------- "
long_total:     .asciz "total kB %15ld %7ld %7ld\n"
rss_label:      .asciz "Rss:"
shared_label:   .asciz "Shared_Dirty:"
private_label:  .asciz "Private_Dirty:"
stack_name:     .asciz "[stack]"
stack_shown:    .asciz "  [ stack ]"
anonymous:      .asciz "  [ anon ]"
