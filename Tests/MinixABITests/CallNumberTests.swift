import MinixABI
import Testing

/// Call numbers and names, each against the literal.
@Suite struct CallNumberTests {
  @Test func kernelCalls() {
    let expected: [(Int32, String)] = [
      (0, "SYS_FORK"), (1, "SYS_EXEC"), (2, "SYS_CLEAR"), (3, "SYS_SCHEDULE"), (4, "SYS_PRIVCTL"),
      (5, "SYS_TRACE"), (6, "SYS_KILL"), (7, "SYS_GETKSIG"), (8, "SYS_ENDKSIG"),
      (9, "SYS_SIGSEND"), (10, "SYS_SIGRETURN"), (11, "SYS_NEWMAP"), (12, "SYS_SEGCTL"),
      (13, "SYS_MEMSET"), (14, "SYS_UMAP"), (15, "SYS_VIRCOPY"), (16, "SYS_PHYSCOPY"),
      (19, "SYS_IRQCTL"), (20, "SYS_INT86"), (21, "SYS_DEVIO"), (22, "SYS_SDEVIO"),
      (23, "SYS_VDEVIO"), (24, "SYS_SETALARM"), (25, "SYS_TIMES"), (26, "SYS_GETINFO"),
      (27, "SYS_ABORT"), (28, "SYS_IOPENABLE"), (31, "SYS_SAFECOPYFROM"), (32, "SYS_SAFECOPYTO"),
      (33, "SYS_VSAFECOPY"), (34, "SYS_SETGRANT"), (35, "SYS_READBIOS"), (36, "SYS_SPROF"),
      (37, "SYS_CPROF"), (38, "SYS_PROFBUF"), (39, "SYS_STIME"), (43, "SYS_VMCTL"),
      (44, "SYS_SYSCTL"), (45, "SYS_VTIMER"), (46, "SYS_RUNCTL"), (47, "SYS_SAFEMAP"),
      (48, "SYS_SAFEREVMAP"), (49, "SYS_SAFEUNMAP"), (50, "SYS_GETMCONTEXT"),
      (51, "SYS_SETMCONTEXT"), (52, "SYS_UPDATE"), (53, "SYS_EXIT"), (54, "SYS_SCHEDCTL"),
      (55, "SYS_STATECTL"),
    ]
    let calls = KernelCallNumber.allCases
    #expect(calls.map(\.rawValue) == expected.map(\.0))
    #expect(calls.map(\.name) == expected.map(\.1))
    #expect(calls.map(\.messageType) == expected.map { 0x600 + $0.0 })
    #expect(KernelCallNumber.base == 0x600)
    #expect(KernelCallNumber.count == 56)
    for unassigned in [17, 18, 29, 30, 40, 41, 42, 56] as [Int32] {
      #expect(KernelCallNumber(rawValue: unassigned) == nil)
    }
  }

  @Test func vmCalls() {
    let expected: [(Int32, String)] = [
      (0, "VM_EXIT"), (1, "VM_FORK"), (2, "VM_BRK"), (3, "VM_EXEC_NEWMEM"), (4, "VM_PUSH_SIG"),
      (5, "VM_WILLEXIT"), (10, "VM_MMAP"), (11, "VM_UMAP"), (12, "VM_ADDDMA"), (13, "VM_DELDMA"),
      (14, "VM_GETDMA"), (15, "VM_MAP_PHYS"), (16, "VM_UNMAP_PHYS"), (17, "VM_MUNMAP"),
      (19, "VM_MUNMAP_TEXT"), (30, "VM_VFS_REPLY_OPEN"), (31, "VM_VFS_REPLY_MMAP"),
      (32, "VM_VFS_REPLY_CLOSE"), (33, "VM_REMAP"), (34, "VM_SHM_UNMAP"), (35, "VM_GETPHYS"),
      (36, "VM_GETREF"), (37, "VM_RS_SET_PRIV"), (38, "VM_QUERY_EXIT"), (39, "VM_NOTIFY_SIG"),
      (40, "VM_INFO"), (41, "VM_RS_UPDATE"), (255, "VM_PAGEFAULT"),
    ]
    let calls = VMCallNumber.allCases
    #expect(calls.map(\.rawValue) == expected.map(\.0))
    #expect(calls.map(\.name) == expected.map(\.1))
    #expect(calls.map(\.messageType) == expected.map { 0xC00 + $0.0 })
    #expect(VMCallNumber.base == 0xC00)
    #expect(VMCallNumber.count == 42)
    for unassigned in [6, 7, 8, 9, 18, 20, 29, 42] as [Int32] {
      #expect(VMCallNumber(rawValue: unassigned) == nil)
    }
  }

  @Test func vmControlParameters() {
    let expected: [(Int32, String)] = [
      (10, "VMCTL_I386_SETCR3"), (11, "VMCTL_GET_PAGEFAULT"), (12, "VMCTL_CLEAR_PAGEFAULT"),
      (13, "VMCTL_I386_GETCR3"), (14, "VMCTL_MEMREQ_GET"), (15, "VMCTL_MEMREQ_REPLY"),
      (16, "VMCTL_INCSP"), (18, "VMCTL_NOPAGEZERO"), (19, "VMCTL_I386_KERNELLIMIT"),
      (20, "VMCTL_I386_PAGEDIRS"), (23, "VMCTL_I386_FREEPDE"), (24, "VMCTL_ENABLE_PAGING"),
      (25, "VMCTL_I386_INVLPG"), (26, "VMCTL_FLUSHTLB"), (27, "VMCTL_KERN_PHYSMAP"),
      (28, "VMCTL_KERN_MAP_REPLY"),
    ]
    #expect(VMControl.allCases.map(\.rawValue) == expected.map(\.0))
    #expect(VMControl.allCases.map(\.name) == expected.map(\.1))
    for unassigned in [0, 9, 17, 21, 22, 29] as [Int32] {
      #expect(VMControl(rawValue: unassigned) == nil)
    }
  }

  @Test(
    arguments: [
      (.send, 1, "SEND"), (.receive, 2, "RECEIVE"), (.sendrec, 3, "SENDREC"),
      (.notify, 4, "NOTIFY"), (.sendnb, 5, "SENDNB"), (.senda, 16, "SENDA"),
    ] as [(IPCCall, UInt32, String)])
  func ipcCalls(call: IPCCall, number: UInt32, name: String) {
    #expect(call.rawValue == number)
    #expect(call.name == name)
    #expect(IPCStatus(call: call).callBits == number)
    #expect(IPCStatus(call: call).isNotification == (number == 4))
  }

  @Test func trapVectorsAndRanges() {
    #expect(TrapVector.kernelCall == 32)
    #expect(TrapVector.ipc == 33)
    #expect(SchedulingMessage.noQuantum == 0xF01)
  }

  /// POSIX sheet 2.1, and 3.2 as far as VFS is there.
  @Test func posixCalls() {
    let numbers: [Int32] = [
      1, 2, 3, 4, 5, 6, 7, 11, 13, 17, 18, 19, 20, 23, 24, 25, 26, 27, 28, 29, 33, 37, 43, 46, 47,
      55, 59, 62, 63, 64, 65, 66, 67, 68, 71, 72, 73, 74, 75, 76, 77, 78, 79, 88, 89, 90, 91, 92,
      97, 98, 99, 100, 101, 102,
      103,
      104, 107, 108, 109, 110, 111,
    ]
    #expect(PosixCall.allCases.map(\.rawValue) == numbers)
    for call in PosixCall.allCases { #expect(Int32(call.name) == nil) }
  }
}
