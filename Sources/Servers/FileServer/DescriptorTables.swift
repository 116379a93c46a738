import MinixABI

/// What a descriptor leads to: shared by those that DUP and FORK have made of one.
struct OpenFile {
  enum Kind: Equatable {
    case input
    case output(ProgramStream)
    case file(index: Int, FileTree.Found)
  }

  var kind: Kind
  /// `F_GETFL`'s.
  var flags: Int32
  var position: UInt32 = 0
  var descriptorCount = 1
}

/// The descriptors of all processes and the open files behind them. Source: POSIX sheet 3.3.
struct DescriptorTables {
  /// `OPEN_MAX`.
  static var descriptorLimit: Int { 30 }
  /// As many open files as VFS's table has.
  static var fileLimit: Int { 512 }

  struct Descriptor {
    /// Its place in ``files``.
    var file: Int
    var closesOnExec = false
  }

  private struct Process {
    var endpoint: Endpoint
    var descriptors: [Descriptor?]
  }

  /// The first three are the standard ones, which nobody closes for good.
  private(set) var files: [OpenFile?]
  private var processes: [ProcessSlot: Process] = [:]

  init() {
    files = [
      OpenFile(kind: .input, flags: OpenFlags.readOnly),
      OpenFile(kind: .output(.output), flags: OpenFlags.writeOnly),
      OpenFile(kind: .output(.error), flags: OpenFlags.writeOnly),
    ]
  }

  /// A process that nobody has told of begins with the standard descriptors; a former tenant of its
  /// slot loses his.
  private mutating func enter(_ endpoint: Endpoint) {
    guard processes[endpoint.slot]?.endpoint != endpoint else { return }
    if let former = processes[endpoint.slot]?.endpoint { exit(former) }
    var descriptors = [Descriptor?](repeating: nil, count: Self.descriptorLimit)
    for index in 0..<3 {
      descriptors[index] = Descriptor(file: index)
      files[index]?.descriptorCount += 1
    }
    processes[endpoint.slot] = Process(endpoint: endpoint, descriptors: descriptors)
  }

  subscript(_ number: Int32, of endpoint: Endpoint) -> Descriptor? {
    mutating get {
      enter(endpoint)
      guard 0..<Int32(Self.descriptorLimit) ~= number else { return nil }
      return processes[endpoint.slot]?.descriptors[Int(number)]
    }
    set {
      enter(endpoint)
      processes[endpoint.slot]?.descriptors[Int(number)] = newValue
    }
  }

  /// Changes an open file, if it still is one.
  mutating func update(_ file: Int, _ change: (inout OpenFile) -> Void) {
    guard var open = files[file] else { return }
    change(&open)
    files[file] = open
  }

  /// The lowest free descriptor from a number on.
  mutating func freeDescriptor(of endpoint: Endpoint, from first: Int32 = 0) -> Int32? {
    (first..<Int32(Self.descriptorLimit)).first { self[$0, of: endpoint] == nil }
  }

  var hasFreeFile: Bool { files.count < Self.fileLimit || files.contains { $0 == nil } }

  /// Takes a free open file; there is one.
  mutating func open(_ file: OpenFile, as number: Int32, of endpoint: Endpoint) {
    let index = files.firstIndex { $0 == nil } ?? files.count
    if index == files.count { files.append(nil) }
    files[index] = file
    self[number, of: endpoint] = Descriptor(file: index)
  }

  mutating func duplicate(_ file: Int, as number: Int32, of endpoint: Endpoint) {
    self[number, of: endpoint] = Descriptor(file: file)
    files[file]?.descriptorCount += 1
  }

  mutating func close(_ number: Int32, of endpoint: Endpoint) {
    guard let descriptor = self[number, of: endpoint] else { return }
    self[number, of: endpoint] = nil
    release(descriptor.file)
  }

  private mutating func release(_ file: Int) {
    files[file]?.descriptorCount -= 1
    if files[file]?.descriptorCount == 0 { files[file] = nil }
  }
}

// MARK: - What becomes of processes

extension DescriptorTables {
  /// The child has its parent's descriptors.
  mutating func fork(_ parent: Endpoint, _ child: Endpoint) {
    enter(parent)
    if let former = processes[child.slot]?.endpoint { exit(former) }
    guard let descriptors = processes[parent.slot]?.descriptors else { return }
    for case let descriptor? in descriptors { files[descriptor.file]?.descriptorCount += 1 }
    processes[child.slot] = Process(endpoint: child, descriptors: descriptors)
  }

  mutating func exec(_ endpoint: Endpoint) {
    for number in 0..<Int32(Self.descriptorLimit) {
      if self[number, of: endpoint]?.closesOnExec == true { close(number, of: endpoint) }
    }
  }

  mutating func exit(_ endpoint: Endpoint) {
    guard let process = processes[endpoint.slot], process.endpoint == endpoint else { return }
    processes[endpoint.slot] = nil
    for case let descriptor? in process.descriptors { release(descriptor.file) }
  }
}

/// Flags of OPEN. Source: POSIX sheet 4.
enum OpenFlags {
  static var readOnly: Int32 { 0 }
  static var writeOnly: Int32 { 1 }
  /// The mask of the two bits; 3 is no mode.
  static var accessMode: Int32 { 3 }
  static var create: Int32 { 0x40 }
  /// With ``create``: there must be nothing yet.
  static var exclusive: Int32 { 0x80 }
  static var createNew: Int32 { create | exclusive }
  static var truncate: Int32 { 0x200 }
  static var append: Int32 { 0x400 }
  static var nonBlocking: Int32 { 0x800 }
  static var reopen: Int32 { 0x1000 }
}
