(module
  (type (;0;) (func (param i64 i64 i64 i32) (result i64)))
  (type (;1;) (func (param i64 i64) (result i64)))
  (type (;2;) (func (result i64 i64)))
  (import "machine" "memory" (memory (;0;) 1))
  (import "tier0" "enter" (func (;0;) (type 0)))
  (import "tier0" "load" (func (;1;) (type 0)))
  (import "tier0" "store" (func (;2;) (type 0)))
  (import "tier0" "fetch" (func (;3;) (type 0)))
  (func (;4;) (type 1) (param i64 i64) (result i64)
    (local i64 i64 i32 i32 i64 i64 i64 i64 i32 i64)
    i32.const 0
    i64.load offset=120
    local.set 2
    i32.const 0
    i64.load offset=144
    local.set 3
    block  ;; label = @1
      block (result i32)  ;; label = @2
        block (result i32)  ;; label = @3
          block (result i64)  ;; label = @4
            block (result i64)  ;; label = @5
              block (result i64)  ;; label = @6
                block (result i64)  ;; label = @7
                  block (result i64 i64)  ;; label = @8
                    loop  ;; label = @9
                      block  ;; label = @10
                        block  ;; label = @11
                          block  ;; label = @12
                            block  ;; label = @13
                              local.get 4
                              br_table 3 (;@10;) 2 (;@11;) 0 (;@13;) 1 (;@12;) 0 (;@13;)
                            end
                            local.get 4
                            i32.const 1
                            i32.sub
                            i32.const 2
                            i32.rotl
                            i32.const 4
                            i32.add
                            local.set 5
                            i32.const 0
                            i32.load offset=4259864
                            local.get 5
                            i32.const 4095
                            i32.and
                            i32.const 2
                            i32.shl
                            i32.add
                            br 9 (;@3;)
                          end
                          i64.const 12
                          local.get 0
                          i64.const -4294967296
                          i64.add
                          local.tee 6
                          i64.const 0
                          i64.lt_s
                          br_if 4 (;@7;)
                          drop
                          local.get 6
                          local.set 0
                          local.get 3
                          i64.const 2
                          i64.add
                          local.set 3
                          i64.const 16
                          br 4 (;@7;)
                        end
                        i64.const 4
                        local.get 0
                        i64.const -8589934592
                        i64.add
                        local.tee 6
                        i64.const 0
                        i64.lt_s
                        br_if 3 (;@7;)
                        drop
                        local.get 6
                        local.set 0
                        local.get 3
                        i64.const 1
                        i64.add
                        local.set 3
                        local.get 2
                        local.get 1
                        i64.sub
                        i64.const 4
                        i64.sub
                        i64.const 2
                        i64.rotr
                        local.tee 7
                        i64.const 3
                        i64.lt_u
                        if  ;; label = @11
                          local.get 7
                          i32.wrap_i64
                          i32.const 1
                          i32.add
                          local.set 4
                          br 2 (;@9;)
                        end
                        local.get 2
                        i64.const -2
                        i64.and
                        local.tee 8
                        i32.wrap_i64
                        i32.const 3
                        i32.and
                        if  ;; label = @11
                          local.get 0
                          i64.const 4294967296
                          i64.add
                          local.set 0
                          i64.const 8
                          br 4 (;@7;)
                        end
                        local.get 8
                        local.get 1
                        i64.xor
                        i64.const -4096
                        i64.and
                        i64.const 0
                        i64.ne
                        i32.eqz
                        if  ;; label = @11
                          local.get 8
                          local.get 1
                          i64.sub
                          i32.wrap_i64
                          i32.const 4
                          i32.sub
                          i32.const 2
                          i32.rotr
                          i32.const 1
                          i32.add
                          local.set 4
                          br 2 (;@9;)
                        end
                        local.get 8
                        br 5 (;@5;)
                      end
                      i64.const 0
                      local.get 0
                      i64.const -4294967296
                      i64.add
                      local.tee 6
                      i64.const 0
                      i64.lt_s
                      br_if 2 (;@7;)
                      drop
                      local.get 6
                      local.set 0
                      local.get 2
                      local.get 1
                      i64.sub
                      i64.const 4
                      i64.sub
                      i64.const 2
                      i64.rotr
                      local.tee 7
                      i64.const 3
                      i64.lt_u
                      if  ;; label = @10
                        local.get 7
                        i32.wrap_i64
                        i32.const 1
                        i32.add
                        local.set 4
                        br 1 (;@9;)
                      end
                      local.get 2
                      i64.const -2
                      i64.and
                      local.tee 8
                      i32.wrap_i64
                      i32.const 3
                      i32.and
                      if  ;; label = @10
                        local.get 0
                        i64.const 4294967296
                        i64.add
                        local.set 0
                        i64.const 0
                        br 3 (;@7;)
                      end
                      local.get 8
                      local.get 1
                      i64.xor
                      i64.const -4096
                      i64.and
                      i64.const 0
                      i64.ne
                      i32.eqz
                      if  ;; label = @10
                        local.get 8
                        local.get 1
                        i64.sub
                        i32.wrap_i64
                        i32.const 4
                        i32.sub
                        i32.const 2
                        i32.rotr
                        i32.const 1
                        i32.add
                        local.set 4
                        br 1 (;@9;)
                      end
                      local.get 8
                      br 4 (;@5;)
                    end
                    unreachable
                  end
                  unreachable
                end
                i32.const 0
                i32.const 2
                i32.store offset=4259868
                br 0 (;@6;)
              end
              local.get 1
              i64.add
              br 1 (;@4;)
            end
            local.set 9
            local.get 9
            i32.const 0
            i64.load offset=4259856
            i64.xor
            i64.const -4096
            i64.and
            i64.const 0
            i64.ne
            if  ;; label = @5
              i32.const 0
              i32.const 0
              i32.store offset=4259868
              local.get 9
              local.get 0
              i64.const 4294967296
              i64.lt_s
              br_if 1 (;@4;)
              drop
              local.get 9
              i64.const -4096
              i64.and
              local.set 11
              local.get 9
              i32.wrap_i64
              i32.const 8
              i32.shr_u
              i32.const 4080
              i32.and
              local.tee 10
              i64.load offset=4268288
              local.get 11
              i64.eq
              if  ;; label = @6
                local.get 0
                i64.const 1
                i64.add
                local.set 0
                i32.const 0
                local.get 11
                i64.store offset=4259856
                i32.const 0
                local.get 10
                i32.load offset=4268296
                i32.store offset=4259864
              else
                local.get 9
                local.get 0
                i64.const 0
                i32.const 0
                call 3
                local.set 0
                local.get 9
                i32.const 0
                i32.load offset=4259868
                br_if 2 (;@4;)
                drop
              end
            end
            i32.const 0
            i32.load offset=4259864
            local.get 9
            i32.wrap_i64
            i32.const 4095
            i32.and
            i32.const 2
            i32.shl
            i32.add
            br 1 (;@3;)
          end
          local.set 9
          i32.const 0
          local.get 9
          i64.store offset=4259848
          i32.const 0
          local.get 3
          i64.store offset=144
          br 2 (;@1;)
        end
        local.set 10
        i32.const 0
        local.get 3
        i64.store offset=144
        local.get 10
        br 0 (;@2;)
      end
      local.set 10
      i32.const 0
      i64.load offset=4259856
      local.get 0
      i64.const 0
      local.get 10
      return_call 0
    end
    local.get 0)
  (export "r0" (func 4)))
