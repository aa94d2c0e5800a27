# Checks for the programs of this folder, which include it.
#
#   equal "what", VALUE        a0 must be the number VALUE
#   text "what", "TEXT"        a0 must be the address of TEXT
#   finish                     prints how many checks there were; exit status 1 when one failed

        .macro equal what, value
        li a1, \value
        la a2, 9f
        call check_equal
        .section .rodata
9:      .asciz "\what"
        .text
        .endm

        .macro text what, expected
        la a1, 8f
        la a2, 9f
        call check_text
        .section .rodata
8:      .asciz "\expected"
9:      .asciz "\what"
        .text
        .endm

# string NAME, "TEXT": loads the address of TEXT into a register
        .macro string register, content
        .section .rodata
9:      .asciz "\content"
        .text
        la \register, 9b
        .endm

        .macro finish
        j check_finish
        .endm

        .bss
        .balign 8
check_count:    .zero 8
check_failures: .zero 8

        .text
# check_equal(value: a0, expected: a1, what: a2)
check_equal:
        la t0, check_count
        ld t1, 0(t0)
        addi t1, t1, 1
        sd t1, 0(t0)
        beq a0, a1, 1f
        mv a3, a1
        mv t0, a2
        mv a2, a0
        mv a1, t0
        la a0, check_number
        j check_failed
1:      ret

# check_text(string: a0, expected: a1, what: a2)
check_text:
        la t0, check_count
        ld t1, 0(t0)
        addi t1, t1, 1
        sd t1, 0(t0)
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        sd a2, 0(sp)
        beqz a0, 1f
        call strcmp
        beqz a0, 2f
1:      la a0, check_string
        ld a1, 0(sp)
        ld a2, 16(sp)
        ld a3, 8(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
check_failed:
        la t0, check_failures
        ld t1, 0(t0)
        addi t1, t1, 1
        sd t1, 0(t0)
        j printf
2:      ld ra, 24(sp)
        addi sp, sp, 32
        ret

check_finish:
        ld a1, check_count
        ld a2, check_failures
        la a0, check_passed
        beqz a2, 1f
        la a0, check_summary
1:      call printf
        ld a0, check_failures
        snez a0, a0
        call exit

        .section .rodata
check_number:   .asciz "FAILED %s: %ld, not %ld\n"
check_string:   .asciz "FAILED %s: \"%s\", not \"%s\"\n"
check_passed:   .asciz "%ld checks passed\n"
check_summary:  .asciz "%ld checks, %ld failed\n"
        .text
