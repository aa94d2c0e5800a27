# poweroff: switches the computer off.
#
# usage: poweroff [-f]      -f is accepted: there are no services that would have to be stopped first
# exit status: 1 when it is not allowed; otherwise there is nobody left to see one
        .include "abi.s"
        .include "frame.s"

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
        bgez a0, 1b
        call sync                       # files whose home is a disk are written back
        li   a0, LINUX_REBOOT_MAGIC1
        li   a1, LINUX_REBOOT_MAGIC2
        li   a2, LINUX_REBOOT_CMD_POWER_OFF
        li   a3, 0                      # the emulator's exit status
        call reboot
        mv   a1, a0                     # still here: refused
        li   a0, 0
        li   a2, 1
        call die

        .section .rodata
letters:        .asciz "f"
usage_text:     .asciz "poweroff [-f]"
