# tail: the end of files.
#
# usage: tail [-qv] [-n [+]N | -c [+]N | -N] [FILE...]       no FILE, or -, is standard input
#   -n N   the last N lines (10);   -n +N   from line N on (the first is 1)
#   -c N   the last N bytes;        -c +N   from byte N on
#   -q  no headers    -v  headers always (they are shown before each of several files)
# exit status: 0; 1 when a file could not be read
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 4096

        .data
        .balign 8
count:          .dword 10               # lines or bytes
from_start:     .dword 0                # 1: +N
by_bytes:       .dword 0
headers:        .dword -1               # 1 yes, 0 no, -1 when there are several files
separator:      .dword 0                # 1: an empty line before the next header
        .bss
        .balign 8
block:          .zero BLOCK

        .text
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        ld t0, 8(a1)                    # -5 and +5 are -n 5 and -n +5
        beqz t0, 1f
        mv a0, t0
        call old_style
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 4f
        la t1, headers
        li t0, 'q'
        beq a0, t0, 2f
        li t0, 'v'
        beq a0, t0, 3f
        addi t0, a0, -'c'
        seqz t0, t0
        la t1, by_bytes
        sd t0, 0(t1)
        ld a0, optarg
        call set_count
        j 1b
2:      sd zero, 0(t1)
        j 1b
3:      li t0, 1
        sd t0, 0(t1)
        j 1b
4:      ld t0, optind
        ld t1, 16(sp)
        sub t1, t1, t0                  # number of files
        la t3, headers
        ld t2, 0(t3)
        bgez t2, 5f
        slti t2, t1, 2
        xori t2, t2, 1
        sd t2, 0(t3)
5:      slli t0, t0, 3
        ld a0, 8(sp)
        add a0, a0, t0
        la a1, show
        call for_each_input
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# old_style(argument: a0): when it is -N or +N, sets the count and makes getopt begin behind it
old_style:
        lbu t0, 0(a0)
        li t1, '+'
        beq t0, t1, 1f
        li t1, '-'
        bne t0, t1, 2f
1:      lbu t0, 1(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        beqz t0, 2f
        la t0, optind
        li t1, 2
        sd t1, 0(t0)
        # fall through

# set_count(text: a0): N, -N or +N
set_count:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        lbu t0, 0(a0)
        addi t0, t0, -'+'
        seqz t0, t0
        la t1, from_start
        sd t0, 0(t1)
        call parse_number
        bnez a1, 3f
        bgez a0, 1f
        neg a0, a0
1:      la t1, count
        sd a0, 0(t1)
        ld ra, 8(sp)
        addi sp, sp, 16
2:      ret
3:      ld a0, 0(sp)
        la a1, .Linvalid
        li a2, 1
        call fail

# show(fd: a0, name: a1) -> a0 = 0 or 1
show:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # fd
        sd s1, 8(sp)                    # name
        mv s0, a0
        mv s1, a1
        ld t0, headers
        beqz t0, 1f
        call header
1:      la t1, last_lines
        ld t0, by_bytes
        beqz t0, 2f
        la t1, last_bytes
2:      ld t2, from_start
        beqz t2, 3f
        la t1, from_line
        beqz t0, 3f
        la t1, from_byte
3:      mv a0, s0
        ld a1, count
        jalr t1
        beqz a0, 4f
        mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
4:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# header(): "==> name <==" for the file s1
header:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s1
        la a1, .Ldash
        call strcmp
        la a2, .Lstandard_input
        beqz a0, 1f
        mv a2, s1
1:      la t0, separator
        ld t1, 0(t0)
        li t2, 1
        sd t2, 0(t0)
        la a1, .Lempty
        beqz t1, 2f
        la a1, .Lnewline
2:      la a0, .Lheader
        call printf
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# put(text: a0, length: a1) -> a0 < 0 when it cannot be written
put:
        mv a2, a1
        li a1, 1
        li a3, STDOUT_FILENO
        j fwrite

# from_line(fd: a0, count: a1) -> a0 = 0 or -errno
from_line:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # reader
        sd s1, 8(sp)                    # lines to leave out
        addi s1, a1, -1
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        beqz a0, 2f
        addi s1, s1, -1
        bgez s1, 1b
        call put
        bgez a0, 1b
        li a1, 0
2:      mv s1, a1
        mv a0, s0
        call reader_close
        mv a0, s1
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# from_byte(fd: a0, count: a1) -> a0 = 0 or -errno
from_byte:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # fd
        sd s1, 8(sp)                    # bytes to leave out
        mv s0, a0
        addi s1, a1, -1
1:      mv a0, s0
        la a1, block
        li a2, BLOCK
        call read
        blez a0, 4f
        mv a1, a0
        la a0, block
        blez s1, 2f
        bgeu s1, a1, 3f
        add a0, a0, s1
        sub a1, a1, s1
        li s1, 0
2:      call put
        bgez a0, 1b
        li a0, 0
        j 4f
3:      sub s1, s1, a1
        j 1b
4:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# last_lines(fd: a0, count: a1) -> a0 = 0 or -errno. A vector keeps the last lines: a ring once it holds count of them.
# A line and its length are one allocation: the length in the first word.
last_lines:
        addi sp, sp, -96
        sd ra, 88(sp)
        sd s0, 80(sp)                   # reader
        sd s1, 72(sp)                   # count
        sd s2, 64(sp)                   # index of the oldest line in the ring
        sd s3, 56(sp)                   # a copy
        sd s4, 48(sp)                   # line
        sd s5, 40(sp)                   # its length, or the error at the end
        sd zero, vector_data(sp)
        sd zero, vector_count(sp)
        sd zero, vector_capacity(sp)
        mv s1, a1
        li s2, 0
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        mv s4, a0
        mv s5, a1
        beqz a0, 3f
        beqz s1, 1b
        addi a0, s5, 8
        call xmalloc
        mv s3, a0
        sd s5, 0(a0)
        addi a0, a0, 8
        mv a1, s4
        mv a2, s5
        call memcpy
        ld t0, vector_count(sp)
        bgeu t0, s1, 2f
        mv a0, sp
        mv a1, s3
        call vector_push
        j 1b
2:      ld t0, vector_data(sp)
        slli t1, s2, 3
        add t0, t0, t1
        ld a0, 0(t0)
        sd s3, 0(t0)
        call free
        addi s2, s2, 1
        bltu s2, s1, 1b
        li s2, 0
        j 1b
3:      ld s4, vector_count(sp)         # lines yet to be written
4:      beqz s4, 5f
        addi s4, s4, -1
        ld t0, vector_data(sp)
        slli t1, s2, 3
        add t0, t0, t1
        ld a0, 0(t0)
        ld a1, 0(a0)
        addi a0, a0, 8
        call put
        addi s2, s2, 1
        ld t0, vector_count(sp)
        bltu s2, t0, 4b
        li s2, 0
        j 4b
5:      mv a0, sp
        call vector_free_all
        mv a0, s0
        call reader_close
        mv a0, s5
        ld ra, 88(sp)
        ld s0, 80(sp)
        ld s1, 72(sp)
        ld s2, 64(sp)
        ld s3, 56(sp)
        ld s4, 48(sp)
        ld s5, 40(sp)
        addi sp, sp, 96
        ret

# last_bytes(fd: a0, count: a1) -> a0 = 0 or -errno. A buffer holds the last bytes; what exceeds them is dropped once it is
# more than they are, so that each byte is moved only a few times.
last_bytes:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # fd
        sd s1, 40(sp)                   # count
        sd zero, buffer_data(sp)
        sd zero, buffer_length(sp)
        sd zero, buffer_capacity(sp)
        mv s0, a0
        mv s1, a1
1:      mv a0, s0
        la a1, block
        li a2, BLOCK
        call read
        blez a0, 2f
        mv a2, a0
        mv a0, sp
        la a1, block
        call buffer_append
        ld t0, buffer_length(sp)
        sub t0, t0, s1
        blez t0, 1b
        bltu t0, s1, 1b
        ld a0, buffer_data(sp)
        add a1, a0, t0
        mv a2, s1
        sd s1, buffer_length(sp)
        call memmove
        j 1b
2:      mv s0, a0
        ld a0, buffer_data(sp)
        ld a1, buffer_length(sp)
        sub t0, a1, s1
        blez t0, 3f
        add a0, a0, t0
        mv a1, s1
3:      call put
        mv a0, sp
        call buffer_free
        mv a0, s0
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        addi sp, sp, 64
        ret

        .section .rodata
.Lletters:      .asciz "c:n:qv"
.Lusage:        .asciz "tail [-qv] [-n [+]N | -c [+]N | -N] [FILE...]"
.Linvalid:      .asciz "invalid number"
.Lheader:       .asciz "%s==> %s <==\n"
.Lnewline:      .asciz "\n"
.Lempty:        .asciz ""
.Ldash:         .asciz "-"
.Lstandard_input:       .asciz "standard input"
