# execve: what it refuses, and that a script with #! runs its interpreter.
#: under bare: fail there is no fork
#: under segments: fail a program can read and write near address 0
#: stdout a file that does not exist: ENOENT
#: stdout an empty name: ENOENT
#: stdout a directory: EACCES
#: stdout a bad address: EFAULT
#: stdout without permission to execute: EACCES
#: stdout below a file: ENOTDIR
#: stdout text without #!: ENOEXEC
#: stdout #! and nothing: ENOEXEC
#: stdout #! and a missing interpreter: ENOENT
#: stdout option and more ./exec-errors.file one two words
#: stdout status of the script: 0x0
#: exit 0
        .include "../show.s"
        .data
        .balign 8
argv:           .dword name, first, second, 0
environment:    .dword 0
        .bss
        .balign 8
status: .zero 8
        .section .rodata
name:           .asciz "./exec-errors.file"
first:          .asciz "one"
second:         .asciz "two words"
folder:         .asciz "/"
missing:        .asciz "./exec-errors.none"
through_file:   .asciz "./exec-errors.file/x"
empty:          .asciz ""
text:           .ascii "just text\n"
        .equ text_length, . - text
echo_script:    .ascii "#! /bin/echo option and more \n"
        .equ echo_length, . - echo_script
lost_script:    .ascii "#!/no/such/interpreter\n"
        .equ lost_length, . - lost_script
bare_script:    .ascii "#!\n"
        .equ bare_length, . - bare_script
        .text
        .globl main
main:
        la   a0, missing
        call run
        show "a file that does not exist"
        la   a0, empty
        call run
        show "an empty name"
        la   a0, folder
        call run
        show "a directory"
        li   a0, 8
        call run
        show "a bad address"

        la   a1, text
        li   a2, text_length
        li   a3, 0600
        call store
        la   a0, name
        call run
        show "without permission to execute"
        la   a0, through_file
        call run
        show "below a file"
        la   a1, text
        li   a2, text_length
        li   a3, 0700
        call store
        la   a0, name
        call run
        show "text without #!"
        la   a1, bare_script
        li   a2, bare_length
        li   a3, 0700
        call store
        la   a0, name
        call run
        show "#! and nothing"
        la   a1, lost_script
        li   a2, lost_length
        li   a3, 0700
        call store
        la   a0, name
        call run
        show "#! and a missing interpreter"

        la   a1, echo_script            # all that follows the interpreter is one argument
        li   a2, echo_length
        li   a3, 0700
        call store
        call fork
        bnez a0, 1f
        la   a0, name
        call run
        show "a script"
        li   a0, 0
        call exit
1:      la   a0, status
        call wait
        lw   a0, status
        show_hex "status of the script"
        la   a0, name
        call unlink
        li   a0, 0
        call exit

# run(path: a0) -> a0 = -errno
run:
        la   a1, argv
        la   a2, environment
        tail execve

# store(contents: a1, length: a2, mode: a3): makes the file anew
store:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s0, 16(sp)
        sd   a1, 8(sp)
        sd   a2, 0(sp)
        mv   s0, a3
        la   a0, name
        call unlink
        la   a0, name
        li   a1, O_WRONLY | O_CREAT | O_EXCL
        mv   a2, s0
        call open
        mv   s0, a0
        ld   a1, 8(sp)
        ld   a2, 0(sp)
        call write
        mv   a0, s0
        call close
        ld   ra, 24(sp)
        ld   s0, 16(sp)
        addi sp, sp, 32
        ret
