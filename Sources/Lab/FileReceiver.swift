internal import CLab
internal import Glibc

/// Writes the files that come back from the lab to their places on the host.
final class FileReceiver {
  private let owner: Caller
  private var incoming: Incoming?
  /// The first thing that went wrong. The other files are written all the same.
  private(set) var failure: LabError?

  private struct Incoming {
    var path: String
    var mode: UInt32
    var file: Descriptor
    /// What becomes of the file at its end.
    var ending: Ending
  }

  private enum Ending {
    /// It has no name yet.
    case name
    /// It has a temporary name.
    case rename(String)
    /// It is the file itself: its folder takes no new names.
    case keep
  }

  init(owner: Caller) { self.owner = owner }

  /// Takes one message; true when it was the last.
  func take(_ frame: Frame) -> Bool {
    var decoder = WireDecoder(frame.payload)
    switch FileMessage(rawValue: frame.kind) {
    case .directory:
      if let path = decoder.text(), let mode = decoder.number() { makeDirectory(path, mode) }
    case .begin:
      if let path = decoder.text(), let mode = decoder.number() { begin(path, mode) }
    case .data:
      if let offset = decoder.longNumber() { write(decoder.remainder, at: offset) }
    case .end:
      if let size = decoder.longNumber() { end(size) }
    case .unreadable:
      if let path = decoder.text(), let reason = decoder.text() { fail(path, reason) }
    case .done: return true
    case nil: break
    }
    return false
  }

  private func makeDirectory(_ path: String, _ mode: UInt32) {
    guard Paths.kind(of: path, following: false) == .missing else { return }
    if let error = Paths.makeDirectory(path, mode: mode, owner: owner) { fail(path, error) }
  }

  private func begin(_ path: String, _ mode: UInt32) {
    incoming = nil
    switch Paths.kind(of: path, following: false) {
    case .missing, .regular: break
    case .directory, .symbolicLink, .other: return
    }
    switch open(path) {
    case .success(let (file, ending)):
      incoming = Incoming(path: path, mode: mode, file: file, ending: ending)
    case .failure(let error): fail(path, error)
    }
  }

  /// A file to write into: nameless if the file system can, else with a temporary name, else
  /// (in a folder that we may not change) the existing file itself.
  private func open(_ path: String) -> Result<(Descriptor, Ending), Errno> {
    let folder = NamedFiles.split(path).folder
    if let nameless = Paths.namelessFile(in: folder) { return .success((nameless, .name)) }

    let temporary = temporaryName(for: path)
    let named = IO.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
    if named >= 0 { return .success((Descriptor(adopting: named), .rename(temporary))) }
    let error = errno

    if [EACCES, EPERM, EROFS].contains(error) {
      let existing = IO.open(path, O_WRONLY | O_TRUNC)
      if existing >= 0 { return .success((Descriptor(adopting: existing), .keep)) }
    }
    return .failure(Errno(error))
  }

  private func temporaryName(for path: String) -> String {
    let (folder, name) = NamedFiles.split(path)
    return NamedFiles.join(folder, ".\(name.prefix(40)).faultline-\(getpid())")
  }

  private func write(_ bytes: [UInt8], at offset: Int64) {
    guard let incoming else { return }
    if let error = IO.writeAll(incoming.file.number, bytes, at: offset) { abandon(Errno(error)) }
  }

  private func end(_ size: Int64) {
    guard let incoming else { return }
    guard ftruncate(incoming.file.number, off_t(size)) == 0 else { return abandon(Errno(errno)) }
    switch incoming.ending {
    case .keep: break
    case .name:
      let temporary = temporaryName(for: incoming.path)
      Paths.remove(temporary)
      if let error = Paths.name(incoming.file, temporary) { return abandon(error) }
      finish(incoming, temporary)
    case .rename(let temporary): finish(incoming, temporary)
    }
    self.incoming = nil
  }

  private func finish(_ incoming: Incoming, _ temporary: String) {
    let number = incoming.file.number
    if Caller.own.user == 0 { fchown(number, owner.user, owner.group) }
    fchmod(number, incoming.mode)
    if let error = Paths.rename(temporary, to: incoming.path) {
      Paths.remove(temporary)
      fail(incoming.path, error)
    }
  }

  /// Gives up the file that is being written.
  private func abandon(_ error: Errno) {
    guard let incoming else { return }
    if case .rename(let temporary) = incoming.ending { Paths.remove(temporary) }
    fail(incoming.path, error)
    self.incoming = nil
  }

  private func fail(_ path: String, _ error: Errno) { fail(path, error.description) }

  private func fail(_ path: String, _ reason: String) {
    failure = failure ?? .cannotReturn(path: path, reason: reason)
  }
}
