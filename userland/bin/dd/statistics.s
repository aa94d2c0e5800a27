# The figures of dd, on descriptor 2: at the end, for SIGUSR1, once a second with status=progress.
        .include "abi.s"
        .include "frame.s"
        .include "dd-words.s"
        .equ BILLION, 1000000000
        .equ DIGITS, 6                  # of the seconds

        .bss
        .balign 8
started:        .zero SIZEOF_timespec
last:           .zero 8                 # seconds at the last progress line
shown:          .zero 8                 # 1: a progress line stands on the terminal
room:           .zero 32                # of a figure

        .text

# begin_statistics(): the clock; the signals
        .globl begin_statistics
begin_statistics:
        enter 0
        li   a0, CLOCK_MONOTONIC
        la   a1, started
        call clock_gettime
        li   a0, SIGUSR1
        la   a1, statistics
        call signal
        li   a0, SIGINT
        la   a1, interrupted
        call signal
        leave 0

# interrupted(): SIGINT: the figures, then the signal's own effect
interrupted:
        enter 0
        call statistics
        li   a0, SIGINT
        li   a1, SIG_DFL
        call signal
        li   a0, SIGINT
        call raise
        leave 0

# elapsed() -> a0 = nanoseconds
elapsed:
        enter 0, SIZEOF_timespec
        li   a0, CLOCK_MONOTONIC
        mv   a1, sp
        call clock_gettime
        ld   a0, timespec_tv_sec(sp)
        ld   t0, started+timespec_tv_sec
        sub  a0, a0, t0
        li   t0, BILLION
        mul  a0, a0, t0
        ld   t0, timespec_tv_nsec(sp)
        add  a0, a0, t0
        ld   t0, started+timespec_tv_nsec
        sub  a0, a0, t0
        leave 0, SIZEOF_timespec

# progress(): with status=progress, once a second
        .globl progress
progress:
        ld   t0, verbosity
        li   t1, STATUS_PROGRESS
        bne  t0, t1, 1f
        enter 1
        call elapsed
        li   t0, BILLION
        divu t1, a0, t0
        ld   t2, last
        beq  t1, t2, 2f
        la   t2, last
        sd   t1, 0(t2)
        mul  s0, t1, t0                 # whole seconds
        li   a0, '\r'
        li   a1, STDERR_FILENO
        call fputc
        mv   a0, s0
        call transfer
        la   t0, shown
        li   t1, 1
        sd   t1, 0(t0)
2:      leave 1
1:      ret

# statistics(): all the figures that status allows
        .globl statistics
statistics:
        ld   t0, verbosity
        li   t1, STATUS_NONE
        beq  t0, t1, 1f
        enter 0
        ld   t0, shown
        beqz t0, 2f
        la   t0, shown
        sd   zero, 0(t0)
        li   a0, '\n'
        li   a1, STDERR_FILENO
        call fputc
2:      la   t0, counts
        li   a0, STDERR_FILENO
        la   a1, records
        ld   a2, IN_FULL(t0)
        ld   a3, IN_PART(t0)
        ld   a4, OUT_FULL(t0)
        ld   a5, OUT_PART(t0)
        call fprintf
        ld   t0, verbosity
        li   t1, STATUS_NOXFER
        beq  t0, t1, 3f
        call elapsed
        call transfer
        li   a0, '\n'
        li   a1, STDERR_FILENO
        call fputc
3:      leave 0
1:      ret

# transfer(nanoseconds: a0): "1024 bytes (1.0 kB, 1.0 KiB) copied, 0.5 s, 2.0 kB/s"
# s0 nanoseconds, s1 bytes
transfer:
        enter 3
        mv   s0, a0
        la   t0, counts
        ld   s1, BYTES(t0)
        li   a0, STDERR_FILENO
        la   a1, bytes_text
        mv   a2, s1
        la   a3, plural
        li   t0, 1
        bne  s1, t0, 1f
        addi a3, a3, 1
1:      call fprintf
        li   t0, 1000
        bltu s1, t0, 2f
        mv   a0, s1
        li   a1, 1000
        call figure
        li   a0, STDERR_FILENO
        la   a1, decimal_text
        call fprintf_room
        li   t0, 1024
        bltu s1, t0, 4f
        mv   a0, s1
        li   a1, 1024
        call figure
        li   a0, STDERR_FILENO
        la   a1, binary_text
        call fprintf_room
4:      li   a0, ')'
        li   a1, STDERR_FILENO
        call fputc
2:      mv   a0, s0
        call seconds
        li   a0, STDERR_FILENO
        la   a1, seconds_text
        call fprintf_room
        beqz s0, 3f
        li   t0, BILLION                # bytes a second
        mulhu t1, s1, t0
        mul  t2, s1, t0
        divu a0, t2, s0
        beqz t1, 5f
        divu t0, s0, t0                 # more than 18 GB
        beqz t0, 3f
        divu a0, s1, t0
5:      li   a1, 1000
        call figure
        li   a0, STDERR_FILENO
        la   a1, rate_text
        call fprintf_room
        leave 3
3:      li   a0, STDERR_FILENO
        la   a1, infinite_text
        call fprintf
        leave 3

# fprintf_room(fd: a0, format: a1): with the text in `room`
fprintf_room:
        la   a2, room
        j    fprintf

# figure(number: a0, base: a1): "1.5 k" in room, rounded to the nearest
figure:
        enter 0
        mv   t6, a1
        la   t5, letters
        li   t0, 1000
        beq  a1, t0, 1f
        la   t5, binary_letters
1:      li   t0, 1                      # the unit
2:      divu t1, a0, t0
        bltu t1, t6, 3f
        mul  t0, t0, t6
        addi t5, t5, 1
        j    2b
3:      lbu  a4, 0(t5)
        li   t2, 10
        mul  t3, a0, t2                 # tenths
        srli t4, t0, 1
        add  t3, t3, t4
        divu t3, t3, t0
        li   t4, 100
        bgeu t3, t4, 4f
        li   t4, 1
        beq  t0, t4, 4f
        divu a2, t3, t2
        remu a3, t3, t2
        la   a0, room
        la   a1, tenths
        call sprintf
        leave 0
4:      srli t4, t0, 1
        add  a2, a0, t4
        divu a2, a2, t0
        mv   a3, a4
        la   a0, room
        la   a1, whole
        li   t4, ' '
        bne  a3, t4, 5f
        la   a1, units
5:      call sprintf
        leave 0

# seconds(nanoseconds: a0): in room, as %g shows them: 1.5, 0.00123457, 8.7e-05
# s0 nanoseconds, then the digits behind the point; s1 whole seconds, s2 exponent
seconds:
        enter 3
        mv   s0, a0
        li   t0, BILLION
        divu s1, a0, t0
        li   t1, BILLION / 10000
        bgeu a0, t1, 1f
        beqz a0, 1f
        li   s2, -9                     # small: one digit, the others behind the point, the exponent
        mv   t2, a0
        li   t3, 10
        li   t4, 1
5:      bltu t2, t3, 6f
        divu t2, t2, t3
        mul  t4, t4, t3
        addi s2, s2, 1
        j    5b
6:      remu a3, s0, t4
        mv   a2, t2
        neg  a4, s2
        la   a0, room
        la   a1, small_seconds
        mv   a5, a4
        mv   a4, a3
        addi a3, s2, 9                  # how many digits
        beqz a3, 7f
        call sprintf
        leave 3
7:      la   a1, smallest_seconds
        mv   a3, a5
        call sprintf
        leave 3
1:      remu a3, s0, t0
        mv   a2, s1
        la   a0, room
        la   a1, nine_digits
        call sprintf                    # as "S.NNNNNNNNN", then cut behind six digits that count
        la   a0, room
        la   t0, room
        li   t1, DIGITS
        li   t5, '.'
        li   t6, '0'
        li   t4, 0                      # whether a digit other than 0 has come
2:      lbu  t2, 0(t0)
        beqz t2, 4f
        addi t0, t0, 1
        beq  t2, t5, 2b
        bne  t2, t6, 3f
        beqz t4, 2b
3:      li   t4, 1
        addi t1, t1, -1
        bnez t1, 2b
4:      lbu  t2, -1(t0)                 # no zeroes at the end
        bne  t2, t6, 8f
        addi t0, t0, -1
        j    4b
8:      bne  t2, t5, 9f
        addi t0, t0, -1
9:      sb   zero, 0(t0)
        leave 3

        .section .rodata
records:        .asciz "%lu+%lu records in\n%lu+%lu records out\n"
bytes_text:     .asciz "%lu byte%s"
plural:         .asciz "s"
decimal_text:   .asciz " (%sB"
binary_text:    .asciz ", %siB"
seconds_text:   .asciz " copied, %s s"
rate_text:      .asciz ", %sB/s"
infinite_text:  .asciz ", Infinity B/s"
letters:        .ascii " kMGTPE"
binary_letters: .ascii " KMGTPE"
units:          .asciz "%lu "
tenths:         .asciz "%lu.%lu %c"
whole:          .asciz "%lu %c"
nine_digits:    .asciz "%lu.%09lu"
small_seconds:  .asciz "%lu.%0*lue-%02lu"
smallest_seconds: .asciz "%lue-%02lu"
