# kill: sends signals to processes.
#
# usage: kill [-s SIGNAL | -SIGNAL] PID...    SIGNAL by name or number, TERM if none is given, 0 only asks
#        kill -l [NUMBER | NAME]...           the signals' names; of an exit status above 128 too
#   PID: a process; 0: my process group; -1: every process; -N: process group N
# exit status: 0; 1 when a signal could not be sent or was not known
        .include "abi.s"
        .include "frame.s"
        .equ BY_SIGNAL, 128             # added to the number of a signal in the shell's exit status

        .text
        .globl main
main:
        enter 3
        addi s0, a1, 8                  # next argument
        li   s1, SIGTERM
        li   s2, 0                      # exit status
        ld   a0, 0(s0)
        beqz a0, show_usage
        lbu  t0, 0(a0)
        li   t1, '-'
        bne  t0, t1, each_process
        lbu  t0, 1(a0)
        li   t1, '-'
        beq  t0, t1, long_option        # "--": only processes follow
        li   t1, 'l'
        beq  t0, t1, list
        li   t1, 's'
        addi a0, a0, 1                  # "-9", "-KILL"
        bne  t0, t1, 1f
        lbu  t0, 1(a0)                  # "-s", unless it is "-stop"
        bnez t0, 1f
        addi s0, s0, 8
        ld   a0, 0(s0)
        beqz a0, show_usage
1:      call signal_or_end
        mv   s1, a0
        addi s0, s0, 8
        ld   a0, 0(s0)
        beqz a0, show_usage
        la   a1, dashes
        call strcmp
        bnez a0, each_process
        j    2f
long_option:
        lbu  t0, 2(a0)
        bnez t0, show_usage
2:      addi s0, s0, 8
        ld   a0, 0(s0)
        beqz a0, show_usage

each_process:
        ld   a0, 0(s0)
        beqz a0, done
        call parse_number
        bnez a1, 3f
        mv   a1, s1
        call kill
        bgez a0, 4f
        mv   a1, a0
        ld   a0, 0(s0)
        call warn
        li   s2, 1
        j    4f
3:      ld   a0, 0(s0)
        la   a1, no_process
        call complain
        li   s2, 1
4:      addi s0, s0, 8
        j    each_process

# kill -l: all names, four in a line, or those that are asked for
list:
        addi s0, s0, 8
        ld   t0, 0(s0)
        bnez t0, 7f
        li   s1, 1
5:      mv   a0, s1
        call signal_name
        beqz a0, 11f
        mv   a2, a0
        mv   a1, s1
        la   a0, row
        call printf
        andi t0, s1, 3
        addi s1, s1, 1
        bnez t0, 5b
        li   a0, '\n'
        call putchar
        j    5b
6:      addi s0, s0, 8
7:      ld   a0, 0(s0)
        beqz a0, done
        call parse_number
        bnez a1, 8f                     # a name: its number
        li   t0, BY_SIGNAL
        blt  a0, t0, 9f
        addi a0, a0, -BY_SIGNAL
9:      call signal_name
        beqz a0, 10f
        call puts
        j    6b
8:      ld   a0, 0(s0)
        call signal_or_end
        mv   a1, a0
        la   a0, number
        call printf
        j    6b
10:     ld   a0, 0(s0)
        la   a1, no_signal
        call complain
        li   s2, 1
        j    6b

11:     li   a0, '\n'                   # the last line is not full: 31 signals have names
        call putchar
done:   mv   a0, s2
        leave 3

show_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# signal_or_end(text: a0) -> a0 = the number of the signal; ends the program when there is none
signal_or_end:
        enter 1
        mv   s0, a0
        call signal_number
        bgez a0, 1f
        mv   a0, s0
        la   a1, no_signal
        li   a2, 1
        call fail
1:      leave 1

        .section .rodata
usage_text:     .asciz "kill [-s SIGNAL | -SIGNAL] PID... | kill -l [NUMBER]..."
dashes:         .asciz "--"
row:            .asciz "%2d %-8s"
number:         .asciz "%d\n"
no_process:     .asciz "not a process number"
no_signal:      .asciz "no such signal"
