# The long format: -rw-r--r-- 1 root root   12 Jan  1 00:00 name
#
# Each column is as wide as its widest entry, which a first round over all entries finds out.
        .include "abi.s"
        .include "library.s"
        .include "ls-entry.s"
        .equ HALF_A_YEAR, 15778476      # seconds; older files, and those of the future, show the year instead of the time
        .equ TEXT_SIZE, 64

        .bss
        .balign 8
widths:         .zero 6 * 8             # of these columns:
        .equ LINKS, 0
        .equ USER, 8
        .equ GROUP, 16
        .equ SIZE, 24
        .equ MAJOR, 32
        .equ MINOR, 40
date:           .zero SIZEOF_tm
text:           .zero TEXT_SIZE
now:            .zero 8
link_target:    .zero PATH_MAX

        .text

# show_total(vector: a0): "total N", the room that the files take on the disk, in KiB
        .globl show_total
show_total:
        ld t0, vector_data(a0)
        ld t1, vector_count(a0)
        li a1, 0
1:      beqz t1, 2f
        ld t2, 0(t0)
        ld t2, entry_stat+stat_st_blocks(t2)
        add a1, a1, t2
        addi t0, t0, 8
        addi t1, t1, -1
        j 1b
2:      addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, a1
        call room_text
        mv a1, a0
        la a0, .Ltotal
        call printf
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# show_long(vector: a0)
# s0 next entry, s1 entries left
        .globl show_long
show_long:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        sd a0, 0(sp)
        la a0, widths
        li a1, 0
        li a2, 6 * 8
        call memset
        call time
        la t0, now
        sd a0, 0(t0)
        ld t0, 0(sp)
        ld s0, vector_data(t0)
        ld s1, vector_count(t0)
1:      beqz s1, 2f
        ld a0, 0(s0)
        call measure
        addi s0, s0, 8
        addi s1, s1, -1
        j 1b
2:      la t0, widths                   # a size takes as much room as "major, minor"
        ld t1, MINOR(t0)
        beqz t1, 3f
        ld t2, MAJOR(t0)
        add t1, t1, t2
        addi t1, t1, 2
        ld t2, SIZE(t0)
        bgeu t2, t1, 3f
        sd t1, SIZE(t0)
3:      ld t0, 0(sp)
        ld s0, vector_data(t0)
        ld s1, vector_count(t0)
4:      beqz s1, 5f
        ld a0, 0(s0)
        call show_line
        addi s0, s0, 8
        addi s1, s1, -1
        j 4b
5:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# -- the first round --------------------------------------------------------------------------------------------------

# measure(entry: a0): makes the columns as wide as it needs
measure:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)                    # entry
        mv s2, a0
        lwu a0, entry_stat+stat_st_nlink(s2)
        li a1, LINKS
        call widen_number
        mv a0, s2
        call user_of
        li a1, USER
        call widen
        mv a0, s2
        call group_of
        li a1, GROUP
        call widen
        mv a0, s2
        call is_device
        beqz a0, 1f
        ld a0, entry_stat+stat_st_rdev(s2)
        call major
        li a1, MAJOR
        call widen_number
        ld a0, entry_stat+stat_st_rdev(s2)
        call minor
        li a1, MINOR
        call widen_number
        j 2f
1:      mv a0, s2
        call size_of
        li a1, SIZE
        call widen
2:      ld ra, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 16
        ret

# widen_number(number: a0, column: a1)
widen_number:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        call decimal
        ld a1, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        # fall through

# widen(text: a0, column: a1)
widen:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        call strlen
        ld t0, 0(sp)
        la t1, widths
        add t0, t0, t1
        ld t1, 0(t0)
        bgeu t1, a0, 1f
        sd a0, 0(t0)
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# -- the second round -------------------------------------------------------------------------------------------------

# show_line(entry: a0)
# s2 entry, s3 the widths
show_line:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        mv s2, a0
        la s3, widths
        call show_prefix
        lw a0, entry_stat+stat_st_mode(s2)
        addi a1, sp, 8
        call mode_string
        mv a1, a0
        la a0, .Lstart
        ld a2, LINKS(s3)
        lwu a3, entry_stat+stat_st_nlink(s2)
        call printf
        mv a0, s2
        call user_of
        ld a1, USER(s3)
        call show_owner
        mv a0, s2
        call group_of
        ld a1, GROUP(s3)
        call show_owner
        mv a0, s2
        call is_device
        beqz a0, 2f
        call show_device
        j 3f
2:      mv a0, s2
        call size_of
        mv a2, a0
        la a0, .Lsize
        ld a1, SIZE(s3)
        call printf
3:      call show_time
        mv a0, s2
        call show_name
        call show_target
        li a0, '\n'
        call putchar
        ld ra, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        addi sp, sp, 48
        ret

# show_owner(text: a0, width: a1): names to the left, numbers to the right
show_owner:
        mv a2, a0
        lbu t0, 0(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        la a0, .Lowner
        beqz t0, 1f
        la a0, .Lowner_number
1:      j printf

# show_device(): "major, minor" in the place of the size
show_device:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s4, 0(sp)
        ld a0, entry_stat+stat_st_rdev(s2)
        call minor
        mv s4, a0
        ld a0, entry_stat+stat_st_rdev(s2)
        call major
        mv a2, a0
        la a0, .Ldevice
        ld a1, SIZE(s3)                 # what is left of the column for the major number
        ld a3, MINOR(s3)
        sub a1, a1, a3
        addi a1, a1, -2
        mv a4, s4
        call printf
        ld ra, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 16
        ret

# show_time(): "Jan  1 00:00 ", or "Jan  1  2026 " for times that are not near
show_time:
        addi sp, sp, -16
        sd ra, 8(sp)
        ld a0, entry_stat+stat_st_mtime(s2)
        la a1, date
        call gmtime
        la a2, .Lnear
        ld t0, now
        ld t1, entry_stat+stat_st_mtime(s2)
        sub t0, t0, t1                  # its age
        li t1, HALF_A_YEAR
        bltu t0, t1, 1f                 # as an unsigned number: the future is far
        la a2, .Lfar
1:      la a0, text
        li a1, TEXT_SIZE
        la a3, date
        call strftime
        la a0, text
        li a1, STDOUT_FILENO
        call fputs
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# show_target(): " -> target" for a symbolic link, with -F and the mark of what it names
show_target:
        lw t0, entry_stat+stat_st_mode(s2)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFLNK
        bne t0, t1, 1f
        addi sp, sp, -16 - SIZEOF_stat
        sd ra, SIZEOF_stat(sp)
        ld a0, entry_path(s2)
        la a1, link_target
        li a2, PATH_MAX - 1
        call readlink
        bltz a0, 2f
        la a1, link_target
        add t0, a1, a0
        sb zero, 0(t0)
        la a0, .Larrow
        call printf
        ld a0, entry_path(s2)
        mv a1, sp
        call stat
        bltz a0, 2f                     # it names nothing
        lw a0, stat_st_mode(sp)
        call mark_of_mode
        beqz a0, 2f
        call putchar
2:      ld ra, SIZEOF_stat(sp)
        addi sp, sp, 16 + SIZEOF_stat
1:      ret

# -- what the columns hold, as text -----------------------------------------------------------------------------------

# decimal(number: a0) -> a0 = text, until the next call
decimal:
        mv a3, a0
        la a0, text
        li a1, TEXT_SIZE
        la a2, .Ldecimal
        addi sp, sp, -16
        sd ra, 8(sp)
        call snprintf
        la a0, text
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# user_of(entry: a0) -> a0 = name or number of its owner
user_of:
        lwu a0, entry_stat+stat_st_uid(a0)
        la a1, user_name
        j name_or_number

# group_of(entry: a0) -> a0 = name or number of its group
group_of:
        lwu a0, entry_stat+stat_st_gid(a0)
        la a1, group_name
        # fall through

# name_or_number(number: a0, look-up function: a1) -> a0 = text
name_or_number:
        ld t0, options+NUMBERS
        bnez t0, decimal
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        jalr a1
        mv t0, a0
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        beqz t0, decimal
        mv a0, t0
        ret

# size_of(entry: a0) -> a0 = its size as text
size_of:
        ld a0, entry_stat+stat_st_size(a0)
        ld t0, options+HUMAN
        beqz t0, decimal
        li a1, 1024
        j human

# is_device(entry: a0) -> a0 = 1 or 0
is_device:
        lw t0, entry_stat+stat_st_mode(a0)
        li t1, S_IFMT
        and t0, t0, t1
        li a0, 1
        li t1, S_IFCHR
        beq t0, t1, 1f
        li t1, S_IFBLK
        beq t0, t1, 1f
        li a0, 0
1:      ret

        .section .rodata
.Ltotal:        .asciz "total %s\n"
.Lstart:        .asciz "%s %*lu "
.Lowner:        .asciz "%-*s "
.Lowner_number: .asciz "%*s "
.Lsize:         .asciz "%*s "
.Ldevice:       .asciz "%*lu, %*lu "
.Lnear:         .asciz "%b %e %H:%M "
.Lfar:          .asciz "%b %e  %Y "
.Larrow:        .asciz " -> %s"
.Ldecimal:      .asciz "%lu"
