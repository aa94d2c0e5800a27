# head: the beginning of files.
#
# usage: head [-qv] [-n [-]N | -c [-]N | -N] [FILE...]       no FILE, or -, is standard input
#   -n N   the first N lines (10);   -n -N   all but the last N lines
#   -c N   the first N bytes;        -c -N   all but the last N bytes
#   -q  no headers    -v  headers always (they are shown before each of several files)
# exit status: 0; 1 when a file could not be read
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 4096

        .data
        .balign 8
count:          .dword 10               # lines or bytes; negative: all but so many
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
        call old_style
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 5f
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
        call parse_number
        bnez a1, 4f
        la t1, count
        ld t0, optarg
        lbu t0, 0(t0)
        sd a0, 0(t1)
        li t1, '-'
        bne t0, t1, 1b
        bnez a0, 1b
        la t1, count                    # "-0": all
        li t0, -1
        srli t0, t0, 1
        sd t0, 0(t1)
        j 1b
2:      sd zero, 0(t1)
        j 1b
3:      li t0, 1
        sd t0, 0(t1)
        j 1b
4:      ld a0, optarg
        la a1, .Linvalid
        li a2, 1
        call fail

5:      ld t0, optind
        ld t1, 16(sp)
        sub t1, t1, t0                  # number of files
        la t3, headers
        ld t2, 0(t3)
        bgez t2, 6f
        slti t2, t1, 2
        xori t2, t2, 1
        sd t2, 0(t3)
6:      slli t0, t0, 3
        ld a0, 8(sp)
        add a0, a0, t0
        la a1, show
        call for_each_input
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# old_style(argc: a0, argv: a1): head -5 is head -n 5. Takes the argument out of argv.
old_style:
        ld t0, 8(a1)
        beqz t0, 3f
        lbu t1, 0(t0)
        li t2, '-'
        bne t1, t2, 3f
        lbu t1, 1(t0)
        addi t1, t1, -'0'
        sltiu t1, t1, 10
        beqz t1, 3f
        addi sp, sp, -16
        sd ra, 8(sp)
        addi a0, t0, 1
        call parse_number
        ld ra, 8(sp)
        addi sp, sp, 16
        bnez a1, 3f
        la t1, count
        sd a0, 0(t1)
        la t1, optind
        li t0, 2
        sd t0, 0(t1)
3:      ret

# show(fd: a0, name: a1) -> a0 = 0 or 1
show:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # fd
        sd s1, 8(sp)                    # name
        mv s0, a0
        mv s1, a1
        call header
        mv a0, s0
        ld a1, count
        ld t0, by_bytes
        bnez t0, 1f
        bltz a1, 2f
        call first_lines
        j 4f
1:      bltz a1, 3f
        call first_bytes
        j 4f
2:      neg a1, a1
        call but_last_lines
        j 4f
3:      neg a1, a1
        call but_last_bytes
4:      beqz a0, 5f
        mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
5:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# header(): "==> name <==" for the file s1, when headers are wanted
header:
        ld t0, headers
        beqz t0, 2f
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s1
        la a1, .Ldash
        call strcmp
        la a2, .Lstandard_input
        beqz a0, 1f
        mv a2, s1
1:      la a0, .Lheader
        la t0, separator
        ld t1, 0(t0)
        li t2, 1
        sd t2, 0(t0)
        la a1, .Lnewline
        bnez t1, 3f
        la a1, .Lempty
3:      call printf
        ld ra, 8(sp)
        addi sp, sp, 16
2:      ret

# first_lines(fd: a0, count: a1) -> a0 = 0 or -errno
first_lines:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # reader
        sd s1, 24(sp)                   # lines left
        mv s1, a1
        call reader_open
        mv s0, a0
        li a1, 0
1:      beqz s1, 2f
        mv a0, s0
        call read_line
        beqz a0, 2f
        call put
        li a1, 0
        bltz a0, 2f
        addi s1, s1, -1
        j 1b
2:      sd a1, 16(sp)
        mv a0, s0
        call reader_close
        ld a0, 16(sp)
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret

# put(text: a0, length: a1) -> a0 < 0 when it cannot be written
put:
        mv a2, a1
        li a1, 1
        li a3, STDOUT_FILENO
        j fwrite

# first_bytes(fd: a0, count: a1) -> a0 = 0 or -errno
first_bytes:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # fd
        sd s1, 8(sp)                    # bytes left
        mv s0, a0
        mv s1, a1
1:      li a0, 0
        beqz s1, 3f
        mv a2, s1
        li t0, BLOCK
        bleu a2, t0, 2f
        mv a2, t0
2:      mv a0, s0
        la a1, block
        call read
        blez a0, 3f
        sub s1, s1, a0
        mv a1, a0
        la a0, block
        call put
        bgez a0, 1b
        li a0, 0
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# but_last_lines(fd: a0, count: a1) -> a0 = 0 or -errno. A vector holds the lines that may yet turn out to be among the
# last: a ring of count lines.
but_last_lines:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)                   # reader
        sd s1, 56(sp)                   # count
        sd s2, 48(sp)                   # index in the ring
        sd s3, 40(sp)                   # slot
        sd zero, vector_data(sp)
        sd zero, vector_count(sp)
        sd zero, vector_capacity(sp)
        mv s1, a1
        li s2, 0
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        beqz a0, 4f
        call xstrdup
        mv a1, a0
        ld t0, vector_count(sp)
        bgeu t0, s1, 2f
        mv a0, sp
        call vector_push
        j 1b
2:      ld s3, vector_data(sp)
        slli t0, s2, 3
        add s3, s3, t0
        ld t0, 0(s3)                    # the oldest line is not among the last
        sd a1, 0(s3)
        mv s3, t0
        mv a0, t0
        li a1, STDOUT_FILENO
        call fputs
        mv a0, s3
        call free
        addi s2, s2, 1
        bltu s2, s1, 1b
        li s2, 0
        j 1b
4:      mv s1, a1
        mv a0, sp
        call vector_free_all
        mv a0, s0
        call reader_close
        mv a0, s1
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        addi sp, sp, 80
        ret

# but_last_bytes(fd: a0, count: a1) -> a0 = 0 or -errno. A buffer holds the bytes that may be among the last.
but_last_bytes:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # fd
        sd s1, 40(sp)                   # count
        sd s2, 32(sp)                   # bytes that are certainly not among the last
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
        sub s2, t0, s1
        blez s2, 1b
        ld a0, buffer_data(sp)
        mv a1, s2
        call put
        ld a0, buffer_data(sp)          # what is left moves to the front
        add a1, a0, s2
        sd s1, buffer_length(sp)
        mv a2, s1
        call memmove
        j 1b
2:      mv s0, a0
        mv a0, sp
        call buffer_free
        mv a0, s0
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        addi sp, sp, 64
        ret

        .section .rodata
.Lletters:      .asciz "c:n:qv"
.Lusage:        .asciz "head [-qv] [-n [-]N | -c [-]N | -N] [FILE...]"
.Linvalid:      .asciz "invalid number"
.Lheader:       .asciz "%s==> %s <==\n"
.Lnewline:      .asciz "\n"
.Lempty:        .asciz ""
.Ldash:         .asciz "-"
.Lstandard_input:       .asciz "standard input"
