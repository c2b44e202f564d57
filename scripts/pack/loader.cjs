// The beginning of dist/main.js, made for Node's fastest start; bundle.mjs fills in the words in capitals. Any Node must
// be able to parse it, since an old one shall say what is wrong.
//
// A pack is one script: an object with a function for each part of the program. V8's code cache spares compiling it:
// the daily pack is there after 2 ms with its cache and after 40 without. An ES module as entry would cost 5 ms more.
'use strict'
const fs = require('node:fs')

const [major, minor] = process.versions.node.split('.').map(Number)
if (!(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))) {
  refuse(`p2p needs Node ${major < 21 ? '20.19' : '22.12'} or later, this is ${process.versions.node}`)
}

const partMissing = "a part of p2p can't be loaded; install it again"

function refuse(why) {
  process.stderr.write(`p2p: ${why}\n`)
  // "What p2p itself needs is missing" of cli/exit-statuses.ts.
  process.exit(6)
}

// ---------------------------------------------------------------------------------------------------------------
// Parts

// Opened at once: an upgrade may remove the files of a running program.
const packs = PACKS.map((file) => ({ file, fd: openOrRefuse(`${__dirname}/${file}`), parts: null }))
const modules = new Map()

function openOrRefuse(path) {
  try {
    return fs.openSync(path)
  } catch ({ code }) {
    return refuse(code === 'ENOENT' ? partMissing : `can't read ${path}: ${code}`)
  }
}

/** What parts know as `require`. */
function load(name) {
  if (!name.startsWith('./')) return AT_FIRST_USE.includes(name) ? atFirstUse(name) : require(name)
  let module = modules.get(name)
  if (module === undefined) {
    module = { exports: {} }
    modules.set(name, module)
    const pack = packs.find((pack) => partsOf(pack)[name] !== undefined)
    if (pack === undefined) throw Object.assign(new Error(partMissing), { code: 'ERR_MODULE_NOT_FOUND' })
    pack.parts[name](module.exports, load, module)
  }
  return module.exports
}
load.resolve = require.resolve

/** A module of Node's that not every command uses: node:crypto alone takes 2 ms. */
function atFirstUse(name) {
  let module = modules.get(name)
  if (module === undefined) {
    module = new Proxy(
      {},
      {
        get: (_, key) => require(name)[key],
        has: (_, key) => key in require(name),
        ownKeys: () => Reflect.ownKeys(require(name)),
        // What only lists the keys loads none of what they stand for.
        getOwnPropertyDescriptor: (_, key) => ({ get: () => require(name)[key], enumerable: true, configurable: true }),
      },
    )
    modules.set(name, module)
  }
  return module
}

function partsOf(pack) {
  if (pack.parts !== null) return pack.parts
  const { Script } = require('node:vm')
  const source = fs.readFileSync(pack.fd, 'latin1')
  const cachedData = command === undefined ? undefined : recall(pack)
  const url = `file://${encodeURI(__filename).replace(/[?#]/g, encodeURIComponent)}`
  let script
  try {
    script = new Script(source, { filename: `${__dirname}/${pack.file}`, cachedData })
    pack.parts = script.runInThisContext()(url, (name) => `file://${require.resolve(name)}`)
  } catch (cause) {
    // A damaged pack.
    throw Object.assign(new Error(partMissing, { cause }), { code: 'ERR_MODULE_NOT_FOUND' })
  }
  if (command !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) {
    process.on('exit', (status) => {
      if (status === 0) keep(pack, script)
    })
  }
  return pack.parts
}

// ---------------------------------------------------------------------------------------------------------------
// Code cache: beside the packs if they are this user's, else in the user's state folder. Nothing depends on it.

/** One for each command: a short one need not pay for the code of a long one. */
const command = process.argv.slice(2).find((word) => CACHED.includes(word))
const build = `${process.version} ${process.arch} ${process.env.NODE_OPTIONS} ${process.execArgv.join(' ')}\n`

function recall(pack) {
  return read(() => `${__dirname}/code`, pack) || read(ownFolder, pack)
}

/** V8 crashes on damaged code, so a file holds it twice: to compare 0.2 MB takes 0.07 ms, a checksum 1.8. */
function read(folder, pack) {
  try {
    const fd = fs.openSync(cacheFile(folder(), pack), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    const size = (stat.size - build.length) / 2
    // A pipe would be waited for.
    const head = Buffer.alloc(stat.isFile() && size > 0 ? build.length : 0)
    const code = Buffer.allocUnsafe(head.length > 0 ? size : 0)
    fs.readvSync(fd, [head, code])
    const same = head.length > 0 && head.latin1Slice() === build && isRepeated(fd, code)
    fs.closeSync(fd)
    return same ? code : undefined
  } catch {
    return undefined
  }
}

/** In pieces: memory that is new to the process takes longer than the comparison. */
function isRepeated(fd, code) {
  const piece = Buffer.allocUnsafe(65536)
  for (let at = 0; at < code.length; at += piece.length) {
    const length = fs.readSync(fd, piece)
    const end = Math.min(code.length, at + piece.length)
    if (length !== end - at || code.compare(piece, 0, length, at, end) !== 0) return false
  }
  return true
}

function keep(pack, script) {
  let aside
  try {
    const folder = fs.statSync(__dirname).uid === process.getuid() ? `${__dirname}/code` : ownFolder()
    fs.mkdirSync(folder, { recursive: true, mode: 0o755 })
    const code = script.createCachedData()
    aside = `${folder}/${process.pid}.tmp`
    const fd = fs.openSync(aside, 'w', 0o644)
    fs.writeSync(fd, Buffer.concat([Buffer.from(build, 'latin1'), code, code]))
    // After a power cut the file would be zeros.
    fs.fsyncSync(fd)
    fs.closeSync(fd)
    fs.renameSync(aside, cacheFile(folder, pack))
    for (const old of byAge(folder).slice(64)) fs.rmSync(old, { force: true })
  } catch {
    // A read-only or full disk: compiled again the next time.
    try {
      fs.unlinkSync(aside)
    } catch {
      // Not even begun.
    }
  }
}

function cacheFile(folder, { file }) {
  return `${folder}/${file}.${command}.${process.version}`
}

/** Code is run without a look at it: never from a folder that others may write to. @throws where there is no state folder */
function ownFolder() {
  const { P2P_STATE_DIR: own, XDG_STATE_HOME: states, HOME: home } = process.env
  const isPath = (path) => path !== undefined && path.startsWith('/')
  const root = isPath(own) ? own : `${isPath(states) ? states : `${home}/.local/state`}/p2p`
  const { uid, mode } = fs.lstatSync(root)
  if (uid !== process.getuid() || (mode & 0o40022) !== 0o40000) throw new Error(`${root} is open to others`)
  return `${root}/cache/code`
}

/** The newest first. */
function byAge(folder) {
  const paths = fs.readdirSync(folder).map((name) => `${folder}/${name}`)
  const ages = new Map(paths.map((path) => [path, fs.statSync(path).mtimeMs]))
  return paths.sort((a, b) => ages.get(b) - ages.get(a))
}

try {
  load('./main.js')
} catch (error) {
  refuse(error.code === 'ERR_MODULE_NOT_FOUND' ? partMissing : error.stack)
}
