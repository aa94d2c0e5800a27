# dmesg: what the kernel had to say, oldest first.
#
# usage: dmesg [-rt] [-c | -C | -D | -E | -n LEVEL]
#   -r  raw, each line with its level: <4>[    1.234567] text    -t  without the time
#   -c  shows the log and clears it    -C  clears it
#   -D  none of it goes to the console from now on, but emergencies    -E  as before -D
#   -n LEVEL  messages below LEVEL (1 to 8) go to the console
# exit status: 0; 1 when the kernel refuses
        .include "abi.s"
        .include "frame.s"

        .bss
        .balign 8
raw:            .zero 8
no_time:        .zero 8
action:         .zero 8                 # 0: show
level:          .zero 8

        .data
        .balign 8
# option letter, action
actions:        .dword 'c', SYSLOG_ACTION_READ_CLEAR
                .dword 'C', SYSLOG_ACTION_CLEAR
                .dword 'D', SYSLOG_ACTION_CONSOLE_OFF
                .dword 'E', SYSLOG_ACTION_CONSOLE_ON
                .dword 'n', SYSLOG_ACTION_CONSOLE_LEVEL
                .dword 0

        .text
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
        bltz a0, 6f
        la   t1, raw
        li   t0, 'r'
        beq  a0, t0, 2f
        la   t1, no_time
        li   t0, 't'
        bne  a0, t0, 3f
2:      li   t0, 1
        sd   t0, 0(t1)
        j    1b
3:      la   t1, actions
4:      ld   t0, 0(t1)
        beq  t0, a0, 5f
        addi t1, t1, 16
        j    4b
5:      ld   t0, 8(t1)
        la   t1, action
        sd   t0, 0(t1)
        li   t0, 'n'
        bne  a0, t0, 1b
        ld   a0, optarg
        call parse_number
        bnez a1, bad_level
        la   t0, level
        sd   a0, 0(t0)
        j    1b
6:      ld   t0, action
        beqz t0, show
        li   t1, SYSLOG_ACTION_READ_CLEAR
        beq  t0, t1, show
        mv   a0, t0
        li   a1, 0
        ld   a2, level
        call syslog
        li   t0, -EINVAL
        beq  a0, t0, bad_level
        bltz a0, refused
        li   a0, 0
        leave 2

# s0 the log, s1 behind its end
show:
        li   a0, SYSLOG_ACTION_SIZE_BUFFER
        li   a1, 0
        li   a2, 0
        call syslog
        bltz a0, refused
        slli s1, a0, 1                  # times and levels take room beside the texts
        mv   a0, s1
        call xmalloc
        mv   s0, a0
        li   a0, SYSLOG_ACTION_READ_ALL
        ld   t0, action
        beqz t0, 1f
        mv   a0, t0
1:      mv   a1, s0
        mv   a2, s1
        call syslog
        bltz a0, refused
        add  s1, s0, a0
2:      bgeu s0, s1, 3f
        mv   a0, s0
        mv   a1, s1
        call show_line
        mv   s0, a0
        j    2b
3:      li   a0, 0
        leave 2

refused:
        mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

bad_level:
        ld   a0, optarg
        la   a1, no_level
        li   a2, 1
        call fail

# show_line(line: a0, end of the log: a1) -> a0 = the next line
show_line:
        enter 2
        mv   s0, a0
        sub  a2, a1, a0
        li   a1, '\n'
        call memchr                     # the log ends with a newline
        addi s1, a0, 1
        ld   t0, raw
        bnez t0, 1f
        li   a1, '>'
        call after
        ld   t0, no_time
        beqz t0, 1f
        li   a1, ']'
        call after
        addi s0, s0, 1                  # and a space
1:      mv   a0, s0
        li   a1, 1
        sub  a2, s1, s0
        li   a3, STDOUT_FILENO
        call fwrite
        mv   a0, s1
        leave 2

# after(character: a1): moves s0 behind the first of it; the kernel writes one before each text
after:
1:      lbu  t0, 0(s0)
        addi s0, s0, 1
        bne  t0, a1, 1b
        ret

        .section .rodata
letters:        .asciz "rtcCDEn:"
usage_text:     .asciz "dmesg [-rt] [-c | -C | -D | -E | -n LEVEL]"
no_level:       .asciz "not a level from 1 to 8"
