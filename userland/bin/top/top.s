# top: the processes that use the computer most, again and again.
#
# usage: top [-b] [-d SECONDS] [-n COUNT]
#   -b  page after page instead of one screen that is written over; so also when the output is no terminal
#   -d  time between two looks, 3 unless said; -n how many looks
# keys: q ends, space looks again at once, P sorts by processor time, M by resident memory, F by page faults, N by number
#   VIRT RES SHR    KiB of address space, of them in memory, of these shared with files and other processes
#   S               R runs or could, S sleeps, D sleeps for the disk, T is stopped, Z has ended
#   %CPU            of the time since the look before; at the first look of the time since boot
#   minF majF       page faults since then: those that memory could answer, and those that needed a disk
# exit status: 0; 1 for bad arguments
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "top-task.s"

        .bss
        .balign 8
        .globl batch
batch:          .zero 8                 # 1: -b
delay:          .zero 8                 # seconds
        .globl looks
looks:          .zero 8                 # left; 0: without end
        .globl compare
compare:        .zero 8                 # the order
saved:          .zero SIZEOF_termios    # of the terminal, to be put back
restore:        .zero 8                 # 1: `saved` is to be put back

        .text
# s0 argc, s1 argv
        .globl main
main:
        enter 2
        mv   s0, a0
        mv   s1, a1
        la   t0, delay
        li   t1, 3
        sd   t1, 0(t0)
        la   t0, compare
        la   t1, by_processor
        sd   t1, 0(t0)
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bltz a0, 3f
        li   t0, 'b'
        la   t1, batch
        li   t2, 1
        beq  a0, t0, 2f
        la   t1, looks
        li   t0, 'n'
        beq  a0, t0, 4f
        la   t1, delay
4:      addi sp, sp, -16
        sd   t1, 0(sp)
        ld   a0, optarg
        call positive
        ld   t1, 0(sp)
        addi sp, sp, 16
        mv   t2, a0
2:      sd   t2, 0(t1)
        j    1b
3:      ld   t0, optind
        bne  t0, s0, bad_usage
        li   a0, STDOUT_FILENO
        call isatty
        bnez a0, 5f
        la   t0, batch
        li   t1, 1
        sd   t1, 0(t0)
5:      ld   t0, batch
        bnez t0, 6f
        call take_keys
6:      call look
        call draw
        call flush_all
        la   t0, looks
        ld   t1, 0(t0)
        beqz t1, 7f
        addi t1, t1, -1
        sd   t1, 0(t0)
        beqz t1, 8f
7:      call pause
        bnez a0, 6b
8:      call give_keys_back
        li   a0, 0
        leave 2
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# take_keys(): keys come one by one and are not shown; give_keys_back(): as it was
take_keys:
        enter 0, SIZEOF_termios
        li   a0, STDIN_FILENO
        li   a1, TCGETS
        la   a2, saved
        call ioctl
        bltz a0, 1f
        mv   a0, sp
        la   a1, saved
        li   a2, SIZEOF_termios
        call memcpy
        lw   t0, termios_c_lflag(sp)
        li   t1, ~(ICANON | ECHO)
        and  t0, t0, t1
        sw   t0, termios_c_lflag(sp)
        li   a0, STDIN_FILENO
        li   a1, TCSETSW
        mv   a2, sp
        call ioctl
        la   t0, restore
        li   t1, 1
        sd   t1, 0(t0)
        li   a0, SIGINT                 # the terminal must not stay like that
        la   a1, interrupted
        call signal
        li   a0, SIGTERM
        la   a1, interrupted
        call signal
1:      leave 0, SIZEOF_termios

give_keys_back:
        enter 0
        ld   t0, restore
        beqz t0, 1f
        li   a0, STDIN_FILENO
        li   a1, TCSETSW
        la   a2, saved
        call ioctl
1:      leave 0

interrupted:
        call give_keys_back
        li   a0, 0
        call exit

# pause() -> a0 = 0: end. Waits for the next look or a key. Only a terminal has keys.
pause:
        enter 0, 48
        ld   t0, restore
        bnez t0, 1f
        ld   a0, delay
        call sleep
        li   a0, 1
        leave 0, 48
1:      sw   zero, 16 + pollfd_fd(sp)   # standard input
        li   t0, POLLIN
        sw   t0, 16 + pollfd_events(sp)
        ld   t0, delay
        sd   t0, timespec_tv_sec(sp)
        sd   zero, timespec_tv_nsec(sp)
        addi a0, sp, 16
        li   a1, 1
        mv   a2, sp
        li   a3, 0
        li   a4, 0
        call ppoll
        blez a0, 9f
        li   a0, STDIN_FILENO
        addi a1, sp, 32
        li   a2, 1
        call read
        blez a0, 8f
        lbu  a0, 32(sp)
        li   t0, 'q'
        beq  a0, t0, 8f
        la   t1, orders                 # pairs: key, function
2:      ld   t0, 0(t1)
        beqz t0, 9f
        ld   t2, 8(t1)
        addi t1, t1, 16
        bne  t0, a0, 2b
        la   t0, compare
        sd   t2, 0(t0)
9:      li   a0, 1
        leave 0, 48
8:      li   a0, 0
        leave 0, 48

        .section .rodata
        .balign 8
orders:         .dword 'P', by_processor, 'M', by_memory, 'F', by_faults, 'N', by_number, 0
letters:        .asciz "bd:n:"
usage_text:     .asciz "top [-b] [-d SECONDS] [-n COUNT]"
