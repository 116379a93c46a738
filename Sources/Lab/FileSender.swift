internal import CLab
internal import Glibc

/// Sends the named files that were created or changed in the lab to the host.
///
/// What has changed is what lies in the overlay's upper layer. The working directory is the folder
/// of the upper layers, `root` and `shm`.
struct FileSender {
  let port: Int32

  /// Sends the files of each path: itself, or for a folder all files below it.
  func send(_ paths: [String]) {
    for path in paths { sendTree(path, Self.layer(of: path)) }
    say(.done) { _ in }
  }

  /// Where a path lies in the upper layers.
  static func layer(of path: String) -> String {
    let shared = "/dev/shm"
    if path == shared || path.hasPrefix(shared + "/") {
      return "shm" + path.dropFirst(shared.count)
    }
    return "root" + path
  }

  private func sendTree(_ path: String, _ place: String) {
    switch Paths.kind(of: place, following: false) {
    case .missing, .symbolicLink, .other: return
    case .regular: sendFile(path, place)
    case .directory:
      let mode = Paths.mode(of: place) ?? 0o755
      say(.directory) {
        $0.put(path)
        $0.put(mode)
      }
      for name in Paths.entries(of: place) {
        sendTree(NamedFiles.join(path, name), NamedFiles.join(place, name))
      }
    }
  }

  private func sendFile(_ path: String, _ place: String) {
    let number = IO.open(place, O_RDONLY)
    guard number >= 0 else { return sayUnreadable(path, errno) }
    let file = Descriptor(adopting: number)
    let mode = Paths.mode(of: place) ?? 0o644
    say(.begin) {
      $0.put(path)
      $0.put(mode)
    }
    // Holes stay holes.
    var offset: Int64 = 0
    while true {
      let start = clab_next_data(file.number, offset)
      guard start >= 0 else { break }
      let end = clab_next_hole(file.number, start)
      lseek(file.number, off_t(start), SEEK_SET)
      offset = start
      while offset < end {
        let limit = min(Int(end - offset), 256 * 1024)
        guard case .done(let bytes) = IO.read(file.number, limit: limit) else {
          return sayUnreadable(path, EIO)
        }
        let position = offset
        say(.data) {
          $0.put(position)
          $0.bytes += bytes
        }
        offset += Int64(bytes.count)
      }
    }
    let size = Int64(lseek(file.number, 0, SEEK_END))
    say(.end) { $0.put(size) }
  }

  private func sayUnreadable(_ path: String, _ error: Int32) {
    say(.unreadable) {
      $0.put(path)
      $0.put(Errno(error).description)
    }
  }

  private func say(_ kind: FileMessage, _ fill: (inout WireEncoder) -> Void) {
    var encoder = WireEncoder()
    fill(&encoder)
    _ = IO.writeAll(port, Frame(kind: kind.rawValue, payload: encoder.bytes).encoded)
  }
}
