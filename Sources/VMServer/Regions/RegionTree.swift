import I386

/// The regions of all address spaces, in one AVL tree per address space, ordered by address.
///
/// The trees share one pool of nodes that refer to one another by index, so a lookup touches no
/// reference count and works without a host's pointers.
struct RegionTree {
  /// A tree, by the index of its root; an empty one to begin with.
  struct Root: Equatable {
    fileprivate(set) var index: Int32 = RegionTree.none
  }

  private struct Node {
    var region: VirtualRegion
    var left = RegionTree.none
    var right = RegionTree.none
    var height: Int32 = 1
    /// Where the regions from here down begin and end, and the widest gap between two neighbours.
    var start: LinearAddress
    var end: LinearAddress
    var widestGap: UInt32 = 0

    init(region: VirtualRegion) {
      self.region = region
      (start, end) = (region.start, region.end)
    }
  }

  fileprivate static var none: Int32 { -1 }

  private var nodes: [Node] = []
  private var firstFree = RegionTree.none

  /// Regions in all the trees.
  private(set) var count = 0

  /// The region that contains an address.
  func region(containing address: LinearAddress, in root: Root) -> VirtualRegion? {
    var index = root.index
    while index != Self.none {
      let node = nodes[Int(index)]
      if address < node.region.start {
        index = node.left
      } else if address < node.region.end {
        return node.region
      } else {
        index = node.right
      }
    }
    return nil
  }

  /// The first region that begins at an address or above.
  func firstRegion(from address: LinearAddress, in root: Root) -> VirtualRegion? {
    var index = root.index
    var best: VirtualRegion?
    while index != Self.none {
      let node = nodes[Int(index)]
      if node.region.start >= address {
        best = node.region
        index = node.left
      } else {
        index = node.right
      }
    }
    return best
  }

  /// Adds a region.
  ///
  /// - Returns: false, and nothing changes, if it would overlap another one.
  mutating func insert(_ region: VirtualRegion, into root: inout Root) -> Bool {
    if self.region(containing: region.start, in: root) != nil { return false }
    if let next = firstRegion(from: region.start, in: root), next.start < region.end {
      return false
    }
    root.index = insert(makeNode(region), at: root.index)
    count += 1
    return true
  }

  /// Removes the region that begins at an address.
  ///
  /// - Returns: the region, or nil if none begins there.
  mutating func remove(startingAt start: LinearAddress, from root: inout Root) -> VirtualRegion? {
    guard let region = region(containing: start, in: root), region.start == start else {
      return nil
    }
    root.index = remove(start, at: root.index)
    count -= 1
    return region
  }

  /// Calls `body` for each region, by ascending address.
  func forEach(in root: Root, _ body: (VirtualRegion) -> Void) {
    var next = LinearAddress(0)
    while let region = firstRegion(from: next, in: root) {
      body(region)
      next = region.end
    }
  }

  /// The first gap of a size within limits, scanning upward. Source: ABI 9.4.
  func firstGap(
    byteCount: UInt32, from minimum: LinearAddress, to maximum: LinearAddress, in root: Root
  ) -> LinearAddress? {
    var visited = 0
    return firstGap(
      byteCount: byteCount, from: minimum, to: maximum, in: root, visited: &visited)
  }

  /// - Parameter visited: grows by the number of nodes that have been looked at.
  func firstGap(
    byteCount: UInt32, from minimum: LinearAddress, to maximum: LinearAddress, in root: Root,
    visited: inout Int
  ) -> LinearAddress? {
    var candidate = minimum
    _ = passGaps(
      narrowerThan: byteCount, from: &candidate, at: root.index, visited: &visited)
    let end = UInt64(candidate.rawValue) + UInt64(byteCount)
    return end <= UInt64(maximum.rawValue) ? candidate : nil
  }

  /// Moves on from an address to the first gap that is wide enough, or behind the last of the regions
  /// from a node down. Where all gaps are too narrow nobody looks, so that the way is a path down the
  /// tree and not a walk through it.
  ///
  /// - Returns: whether there is such a gap.
  private func passGaps(
    narrowerThan byteCount: UInt32, from candidate: inout LinearAddress, at index: Int32,
    visited: inout Int
  ) -> Bool {
    guard index != Self.none else { return false }
    visited &+= 1
    guard nodes[Int(index)].end > candidate else { return false }
    let node = nodes[Int(index)]
    if node.start > candidate, node.start.rawValue - candidate.rawValue >= byteCount {
      return true
    }
    guard node.widestGap >= byteCount else {
      candidate = node.end
      return false
    }
    if passGaps(
      narrowerThan: byteCount, from: &candidate, at: node.left, visited: &visited)
    {
      return true
    }
    if node.region.end > candidate {
      if node.region.start > candidate,
        node.region.start.rawValue - candidate.rawValue >= byteCount
      {
        return true
      }
      candidate = node.region.end
    }
    return passGaps(
      narrowerThan: byteCount, from: &candidate, at: node.right, visited: &visited)
  }
}

// MARK: - Balance

extension RegionTree {
  /// The nodes on the longest way down: at most about 1.44 log2 of the number of regions.
  func height(of root: Root) -> Int32 { height(root.index) }

  private mutating func makeNode(_ region: VirtualRegion) -> Int32 {
    if firstFree != Self.none {
      let index = firstFree
      firstFree = nodes[Int(index)].left
      nodes[Int(index)] = Node(region: region)
      return index
    }
    nodes.append(Node(region: region))
    return Int32(nodes.count - 1)
  }

  private mutating func insert(_ new: Int32, at index: Int32) -> Int32 {
    guard index != Self.none else { return new }
    if nodes[Int(new)].region.start < nodes[Int(index)].region.start {
      nodes[Int(index)].left = insert(new, at: nodes[Int(index)].left)
    } else {
      nodes[Int(index)].right = insert(new, at: nodes[Int(index)].right)
    }
    return balanced(index)
  }

  private mutating func remove(_ start: LinearAddress, at index: Int32) -> Int32 {
    precondition(index != Self.none, "removal of a region that is not there")
    let node = nodes[Int(index)]
    if start < node.region.start {
      nodes[Int(index)].left = remove(start, at: node.left)
      return balanced(index)
    }
    if start > node.region.start {
      nodes[Int(index)].right = remove(start, at: node.right)
      return balanced(index)
    }
    if node.left == Self.none || node.right == Self.none {
      let child = node.left == Self.none ? node.right : node.left
      nodes[Int(index)].left = firstFree
      firstFree = index
      return child
    }
    var successor = node.right
    while nodes[Int(successor)].left != Self.none { successor = nodes[Int(successor)].left }
    nodes[Int(index)].region = nodes[Int(successor)].region
    nodes[Int(index)].right = remove(nodes[Int(successor)].region.start, at: node.right)
    return balanced(index)
  }

  private func height(_ index: Int32) -> Int32 {
    index == Self.none ? 0 : nodes[Int(index)].height
  }

  /// What a node says of those below, when they have changed.
  private mutating func update(_ index: Int32) {
    var node = nodes[Int(index)]
    node.height = max(height(node.left), height(node.right)) + 1
    (node.start, node.end, node.widestGap) = (node.region.start, node.region.end, 0)
    if node.left != Self.none {
      let left = nodes[Int(node.left)]
      node.start = left.start
      node.widestGap = max(left.widestGap, node.region.start.rawValue - left.end.rawValue)
    }
    if node.right != Self.none {
      let right = nodes[Int(node.right)]
      node.end = right.end
      let gap = right.start.rawValue - node.region.end.rawValue
      node.widestGap = max(node.widestGap, right.widestGap, gap)
    }
    nodes[Int(index)] = node
  }

  private mutating func balanced(_ index: Int32) -> Int32 {
    update(index)
    let node = nodes[Int(index)]
    let lean = height(node.left) - height(node.right)
    if lean > 1 {
      let left = nodes[Int(node.left)]
      if height(left.left) < height(left.right) {
        nodes[Int(index)].left = rotatedLeft(node.left)
      }
      return rotatedRight(index)
    }
    if lean < -1 {
      let right = nodes[Int(node.right)]
      if height(right.right) < height(right.left) {
        nodes[Int(index)].right = rotatedRight(node.right)
      }
      return rotatedLeft(index)
    }
    return index
  }

  private mutating func rotatedLeft(_ index: Int32) -> Int32 {
    let top = nodes[Int(index)].right
    nodes[Int(index)].right = nodes[Int(top)].left
    nodes[Int(top)].left = index
    update(index)
    update(top)
    return top
  }

  private mutating func rotatedRight(_ index: Int32) -> Int32 {
    let top = nodes[Int(index)].left
    nodes[Int(index)].left = nodes[Int(top)].right
    nodes[Int(top)].right = index
    update(index)
    update(top)
    return top
  }
}
