import Testing

@testable import Lab

@Suite("Kernel modules")
struct KernelModulesTests {
  /// A module's file as far as its `depends` field goes.
  static func file(_ depends: String) -> [UInt8] {
    Array("\u{7F}ELF…\0license=GPL\0depends=\(depends)\0retpoline=Y\0name=x\0".utf8)
  }

  @Test(
    "the depends field",
    arguments: [
      ("", []), ("kvm", ["kvm"]), ("kvm,ccp", ["kvm", "ccp"]), ("rng-core", ["rng_core"]),
    ])
  func dependencies(field: String, expected: [String]) {
    #expect(KernelModules.dependencies(of: Self.file(field)) == expected)
  }

  @Test("a file without a depends field depends on nothing")
  func noField() { #expect(KernelModules.dependencies(of: [1, 2, 3]) == []) }

  @Test("every module comes after those it needs, once, and built-in ones not at all")
  func order() throws {
    let depends = [
      "kvm_amd": "kvm,ccp", "kvm": "irqbypass", "ccp": "rng-core", "irqbypass": "",
      "9p": "9pnet,netfs", "9pnet": "", "9pnet_virtio": "9pnet,virtio", "netfs": "",
    ]
    let builtIn: Set = ["rng_core", "virtio"]
    let order = try KernelModules.inOrder(wanted: ["9pnet_virtio", "9p", "kvm-amd"]) {
      (name) throws(LabError) in
      guard let field = depends[name] else {
        if builtIn.contains(name) { return nil }
        throw .moduleMissing(name: name, folder: "k")
      }
      return Self.file(field)
    }
    #expect(
      order.map(\.name)
        == ["9pnet", "9pnet_virtio", "netfs", "9p", "irqbypass", "kvm", "ccp", "kvm_amd"])
  }

  @Test("a module that depends on itself in a circle still ends")
  func circle() throws {
    let order = try KernelModules.inOrder(wanted: ["a"]) { (name) throws(LabError) in
      Self.file(name == "a" ? "b" : "a")
    }
    #expect(order.map(\.name) == ["b", "a"])
  }

  @Test(
    "names of module files",
    arguments: [
      ("kernel/arch/x86/kvm/kvm-amd.ko", "kvm_amd"), ("kernel/fs/9p/9p.ko.xz", "9p"),
      ("kernel/README", nil), ("kernel/x.o", nil),
    ])
  func names(path: String, expected: String?) {
    #expect(KernelModules.name(ofFile: path) == expected)
  }

  @Test(
    "newer kernel packages come later",
    arguments: [
      ("linux-image-6.1.0-9-amd64", "linux-image-6.1.0-56-amd64"),
      ("linux-image-6.1.0-56-amd64", "linux-image-6.12.48-amd64"),
      ("linux-image-6.1", "linux-image-6.1.1"),
    ])
  func versions(older: String, newer: String) {
    #expect(KernelPackage.precedes(older, newer))
    #expect(!KernelPackage.precedes(newer, older))
  }
}
