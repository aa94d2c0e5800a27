# Where a program begins and ends: _start, exit.
#
# The kernel starts a process at _start with this on its stack:   sp -> argc, argv[0] ... argv[argc-1], 0,
# envp[0] ..., 0, auxiliary vector. Nothing is in the registers.
        .include "abi.s"

        .bss
        .balign 8
        .globl environ, program_name, flush_hook, failure_status
failure_status: .zero 8                 # the exit status when output cannot be written; 0 stands for 1 (option.s sets it)
environ:        .zero 8                 # address of the environment vector
program_name:   .zero 8                 # the last part of argv[0], for messages
flush_hook:     .zero 8                 # set by the output module once something is buffered: called with
                                        # a0 = 1 (everything, the process ends) or 0 (terminals only)

        .text
        .globl _start
_start:
        .option push
        .option norelax                 # the linker must not compute gp from gp
        la gp, __global_pointer$
        .option pop
        .weak _DYNAMIC
        .hidden _DYNAMIC
        lla a0, _DYNAMIC                # 0, unless the program was linked with -pie
        beqz a0, 1f
        call relocate_program
1:      ld a0, 0(sp)                    # argc
        addi a1, sp, 8                  # argv
        slli a2, a0, 3
        add a2, a2, a1
        addi a2, a2, 8                  # envp: behind argv's closing zero
        la t0, environ
        sd a2, 0(t0)
        la t0, program_name
        ld t1, 0(a1)                    # 0 when argc is 0
        sd t1, 0(t0)
        beqz t1, 3f
2:      lbu t2, 0(t1)                   # program_name = what follows the last slash
        beqz t2, 3f
        addi t1, t1, 1
        addi t2, t2, -'/'
        bnez t2, 2b
        sd t1, 0(t0)
        j 2b
3:      call main
        # fall through: exit(main's result)

# exit(status: a0): writes out what is buffered, ends the process. When that output cannot be written, a status of 0
# becomes failure_status: the hook has told why.
        .globl exit
exit:
        mv s0, a0
        ld t0, flush_hook
        beqz t0, 1f
        li a0, 1
        jalr t0
        beqz a0, 1f
        bnez s0, 1f
        ld s0, failure_status
        bnez s0, 1f
        li s0, 1
1:      mv a0, s0
        li a7, SYS_exit_group
        ecall
