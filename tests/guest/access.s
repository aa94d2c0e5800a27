# For guest tests: one access to memory that may fault, and what came of it. Included after show.s.
#
#   call try_load            a byte from address a0 -> a0 = the byte, or -signal
#   call try_store           the byte a1 to address a0 -> a0 = 0, or -signal
#   call try_call            calls address a0 -> a0 = what it returns, or -signal
#   show_access "label"      says what one of them gave: "label: 7", "label: SIGSEGV MAPERR"; and when si_addr is
#                            not the address that was tried, by how much it is beside it
        .text
try_load:
        addi sp, sp, -16
        sd ra, 8(sp)
        call try_begin
        lbu a0, 0(a0)
        j try_end

try_store:
        addi sp, sp, -16
        sd ra, 8(sp)
        call try_begin
        sb a1, 0(a0)
        li a0, 0
        j try_end

try_call:
        addi sp, sp, -16
        sd ra, 8(sp)
        call try_begin
        jalr a0
try_end:
        la t0, try_stack                # no access is being tried any more
        sd zero, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# Remembers where to go on after a fault; keeps a0 and a1.
try_begin:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        la t0, try_address
        sd a0, 0(t0)
        li a0, SIGSEGV
        la a1, try_action
        li a2, 0
        call sigaction
        li a0, SIGBUS
        la a1, try_action
        li a2, 0
        call sigaction
        ld a0, 16(sp)
        ld a1, 8(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        la t0, try_stack
        sd sp, 0(t0)
        ret

# The handler(signal: a0, siginfo: a1, ucontext: a2): goes on at try_failed, on the stack of the try.
try_handler:
        la t0, try_stack
        ld t1, 0(t0)
        beqz t1, 1f                     # a fault that nobody asked for: end with its number
        sd t1, ucontext_uc_x1 + 8(a2)   # x2 is sp
        la t1, try_failed
        sd t1, ucontext_uc_pc(a2)
        la t0, try_signal
        sd a0, 0(t0)
        lw t1, siginfo_si_code(a1)
        sd t1, 8(t0)
        ld t1, siginfo_si_addr(a1)
        sd t1, 16(t0)
        ret
1:      call _exit

try_failed:
        ld a0, try_signal
        neg a0, a0
        j try_end

.macro show_access label:req
        string access_label\@, "\label"
        la a1, access_label\@
        call show_access_result
.endm

# show_access_result(result: a0, label: a1) -> a0 = result
show_access_result:
        bltz a0, 1f
        j show_result
1:      addi sp, sp, -48
        sd ra, 40(sp)
        sd a0, 32(sp)
        sd a1, 24(sp)
        neg a0, a0
        call signal_name
        mv a2, a0
        ld a1, 24(sp)
        la a0, access_signal
        call printf
        ld t0, try_signal
        ld t1, try_code
        la a1, access_code              # the codes that an access can give, by signal and number
        la a2, access_maperr
        li t2, SIGBUS
        beq t0, t2, 2f
        li t2, SEGV_MAPERR
        beq t1, t2, 4f
        la a2, access_accerr
        li t2, SEGV_ACCERR
        beq t1, t2, 4f
        j 3f
2:      la a2, access_adrerr
        li t2, BUS_ADRERR
        beq t1, t2, 4f
3:      la a1, access_number
        mv a2, t1
4:      mv a0, a1
        mv a1, a2
        call printf
        ld a1, try_fault_address
        ld t0, try_address
        sub a1, a1, t0
        beqz a1, 5f
        la a0, access_beside
        call printf
5:      la a1, access_end
        call show_formatted
        ld a0, 32(sp)
        ld ra, 40(sp)
        addi sp, sp, 48
        ret

        string access_signal, "%s: SIG%s"
        string access_code, " %s"
        string access_number, " code %ld"
        string access_beside, " at %+ld"
        string access_end, "\n"
        string access_maperr, "MAPERR"
        string access_accerr, "ACCERR"
        string access_adrerr, "ADRERR"

        .data
        .balign 8
try_action:                             # struct sigaction: handler, flags, mask
        .dword try_handler, SA_SIGINFO | SA_NODEFER, 0
try_stack:      .dword 0                # 0: no access is being tried
try_address:    .dword 0
try_signal:     .dword 0                # si_signo, si_code, si_addr of the last fault
try_code:       .dword 0
try_fault_address: .dword 0
        .text
