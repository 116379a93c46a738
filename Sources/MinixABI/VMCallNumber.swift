/// Requests to the VM server, by their index above `VM_RQ_BASE` (0xC00).
///
/// Source: minix `include/minix/com.h`.
@frozen
public enum VMCallNumber: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `VM_EXIT`.
  case exit = 0
  /// `VM_FORK`.
  case fork = 1
  /// `VM_BRK`.
  case brk = 2
  /// `VM_EXEC_NEWMEM`.
  case execNewMemory = 3
  /// `VM_PUSH_SIG`.
  case pushSignal = 4
  /// `VM_WILLEXIT`.
  case willExit = 5
  /// `VM_MMAP`.
  case mmap = 10
  /// `VM_UMAP`.
  case umap = 11
  /// `VM_ADDDMA`.
  case addDMA = 12
  /// `VM_DELDMA`.
  case deleteDMA = 13
  /// `VM_GETDMA`.
  case getDMA = 14
  /// `VM_MAP_PHYS`.
  case mapPhysical = 15
  /// `VM_UNMAP_PHYS`.
  case unmapPhysical = 16
  /// `VM_MUNMAP`.
  case munmap = 17
  /// `VM_MUNMAP_TEXT`.
  case munmapText = 19
  /// `VM_VFS_REPLY_OPEN`.
  case vfsReplyOpen = 30
  /// `VM_VFS_REPLY_MMAP`.
  case vfsReplyMmap = 31
  /// `VM_VFS_REPLY_CLOSE`.
  case vfsReplyClose = 32
  /// `VM_REMAP`.
  case remap = 33
  /// `VM_SHM_UNMAP`.
  case sharedUnmap = 34
  /// `VM_GETPHYS`.
  case getPhysical = 35
  /// `VM_GETREF`.
  case getReference = 36
  /// `VM_RS_SET_PRIV`.
  case rsSetPrivilege = 37
  /// `VM_QUERY_EXIT`.
  case queryExit = 38
  /// `VM_NOTIFY_SIG`.
  case notifySignal = 39
  /// `VM_INFO`.
  case info = 40
  /// `VM_RS_UPDATE`.
  case rsUpdate = 41
  /// `VM_PAGEFAULT`: kernel-originated only, never replied to.
  case pageFault = 255

  /// `VM_RQ_BASE`: what a request's `m_type` adds to the index.
  @inlinable public static var base: Int32 { 0xC00 }
  /// `NR_VM_CALLS`: the size of the call table and of the ACL.
  @inlinable public static var count: Int32 { 42 }

  /// The request number as it stands in `m_type`.
  @inlinable public var messageType: Int32 { Self.base &+ rawValue }

  /// The request's name in MINIX's headers.
  public var name: String {
    switch self {
    case .exit: "VM_EXIT"
    case .fork: "VM_FORK"
    case .brk: "VM_BRK"
    case .execNewMemory: "VM_EXEC_NEWMEM"
    case .pushSignal: "VM_PUSH_SIG"
    case .willExit: "VM_WILLEXIT"
    case .mmap: "VM_MMAP"
    case .umap: "VM_UMAP"
    case .addDMA: "VM_ADDDMA"
    case .deleteDMA: "VM_DELDMA"
    case .getDMA: "VM_GETDMA"
    case .mapPhysical: "VM_MAP_PHYS"
    case .unmapPhysical: "VM_UNMAP_PHYS"
    case .munmap: "VM_MUNMAP"
    case .munmapText: "VM_MUNMAP_TEXT"
    case .vfsReplyOpen: "VM_VFS_REPLY_OPEN"
    case .vfsReplyMmap: "VM_VFS_REPLY_MMAP"
    case .vfsReplyClose: "VM_VFS_REPLY_CLOSE"
    case .remap: "VM_REMAP"
    case .sharedUnmap: "VM_SHM_UNMAP"
    case .getPhysical: "VM_GETPHYS"
    case .getReference: "VM_GETREF"
    case .rsSetPrivilege: "VM_RS_SET_PRIV"
    case .queryExit: "VM_QUERY_EXIT"
    case .notifySignal: "VM_NOTIFY_SIG"
    case .info: "VM_INFO"
    case .rsUpdate: "VM_RS_UPDATE"
    case .pageFault: "VM_PAGEFAULT"
    }
  }
}

extension Message {
  /// The message by which the kernel tells VM of a fault on the faulting process's behalf.
  ///
  /// - Parameters:
  ///   - address: `VPF_ADDR`, the linear address that CR2 held.
  ///   - errorCode: `VPF_FLAGS`, the CPU's error code, unchanged.
  @inlinable
  public init(pageFaultAt address: UInt32, errorCode: UInt32) {
    self.init(type: VMCallNumber.pageFault.messageType)
    self[word: 8] = address
    self[word: 12] = errorCode
  }
  /// `VPF_ADDR`@8.
  @inlinable public var pageFaultAddress: UInt32 { self[word: 8] }
  /// `VPF_FLAGS`@12.
  @inlinable public var pageFaultErrorCode: UInt32 { self[word: 12] }
}
