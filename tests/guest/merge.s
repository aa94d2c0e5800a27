# For guest tests: merging of equal pages. Included after show.s, map.s and proc.s.
#
#   merging                           the scanner begins, with nothing to wait for -> a0 = what writing "1" to run returned
#   scans                             waits until two full scans have begun and ended, and one that was under way
#   ksm NAME                          the number in /sys/kernel/mm/ksm/NAME -> a0
#   set NAME, "TEXT"                  writes it -> a0
#   tell "label"                      "label: shared 1, sharing 3, unshared 2, volatile 0"
#   fill REGISTER, PAGES, VALUE       each page from the address in a register on holds the byte VALUE, all over
#   spoilt REGISTER, PAGES, VALUE     how many bytes of them do not -> a0
#   mergeable REGISTER, LENGTH        -> a0

.macro merging
        set pages_to_scan, "10000"
        set sleep_millisecs, "1"
        set run, "1"
.endm

.macro scans
        call await_scans
.endm

.macro ksm name:req
        get "/sys/kernel/mm/ksm/\name"
        mv a0, a2
        call atol
.endm

.macro set name:req, text:req
        put "/sys/kernel/mm/ksm/\name", "\text"
.endm

.macro tell label:req
        string tell_label\@, "\label"
        la a0, tell_label\@
        call tell_counters
.endm

.macro fill base:req, pages:req, byte:req
        mv a0, \base
        li a1, \byte
        li a2, (\pages) * PAGE
        call memset
.endm

.macro spoilt base:req, pages:req, byte:req
        mv a0, \base
        li a1, (\pages) * PAGE
        li a2, \byte
        call count_others
.endm

.macro mergeable base:req, length:req
        mv a0, \base
        li a1, \length
        li a2, MADV_MERGEABLE
        call madvise
.endm

        .text
await_scans:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        ksm full_scans
        addi s0, a0, 3
1:      li a0, 2000
        call usleep
        ksm full_scans
        blt a0, s0, 1b
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# tell_counters(label: a0)
tell_counters:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        mv s0, a0
        ksm pages_shared
        mv s1, a0
        ksm pages_sharing
        mv s2, a0
        ksm pages_unshared
        mv s3, a0
        ksm pages_volatile
        mv a5, a0
        mv a4, s3
        mv a3, s2
        mv a2, s1
        mv a1, s0
        la a0, counters_format
        call printf
        li a0, 1
        call fflush
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# count_others(base: a0, bytes: a1, byte: a2) -> a0
count_others:
        add a1, a0, a1
        li t0, 0
1:      lbu t1, 0(a0)
        xor t1, t1, a2
        snez t1, t1
        add t0, t0, t1
        addi a0, a0, 1
        bltu a0, a1, 1b
        mv a0, t0
        ret

        string counters_format, "%s: shared %ld, sharing %ld, unshared %ld, volatile %ld\n"
