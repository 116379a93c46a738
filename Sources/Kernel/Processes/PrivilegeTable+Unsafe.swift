/// The 32 privilege structures, in one allocation: read and written in place, as the process table is.
@safe
struct PrivilegeTable: ~Copyable {
  private let base: UnsafeMutablePointer<Privilege>

  init() {
    let byteCount = Int(PrivilegeID.count) * MemoryLayout<Privilege>.stride
    // So that it does not lie in two pages.
    let place = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 2048)
    unsafe base = place.bindMemory(to: Privilege.self, capacity: Int(PrivilegeID.count))
    unsafe base.initialize(repeating: Privilege(), count: Int(PrivilegeID.count))
  }

  deinit {
    unsafe base.deallocate()
  }

  subscript(id: PrivilegeID) -> Privilege {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(base + index(id))
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      unsafe base + index(id)
    }
  }

  @inline(__always)
  private func index(_ id: PrivilegeID) -> Int {
    precondition(UInt8(bitPattern: id.rawValue) < UInt8(PrivilegeID.count), "no such privileges")
    return Int(id.rawValue)
  }
}
