// Faults of libraries, not ours, that the sanitizers pass over; each says which and why. Within the programs, because
// a worker in its sandbox cannot read a file of them.

extern "C" {

const char* __lsan_default_suppressions() {
  return
      // x265 keeps tables of its encoder for the life of the process; only tests write HEIC files.
      "leak:libx265.so\n"
      // dav1d keeps a few bytes of each damaged AVIF that libheif hands it; decoders are replaced before that is much.
      "leak:libdav1d.so\n"
      // Character sets are opened before a sandbox closes and stay open on purpose, so that their modules stay loaded.
      "leak:__gconv_open\n"
      "leak:__gconv_lookup_cache\n"
      "leak:gconv_init\n";
}

const char* __tsan_default_suppressions() {
  return
      // libvips and what decodes for it are not built with ThreadSanitizer: it sees their memory accesses through the C
      // library, but not the futexes of GLib's locks that order them. They run in sightglass-worker alone, one picture
      // at a time; no other code of ours shares memory with their threads.
      "race:libvips.so\n"
      "race:libpng16.so\n"
      "race:libjpeg.so\n"
      "race:libglib-2.0.so\n"
      "race:libheif.so\n"
      "race:libde265.so\n"
      "race:libdav1d.so\n"
      "race:libaom.so\n"
      "race:libwebp\n"
      "race:libtiff.so\n"
      "race:libcgif.so\n"
      "race:libx265.so\n"
      "race:libdeflate.so\n"
      "race:libimagequant.so\n"
      // Likewise Aravis and the GIO that it uses: frames and registers go from their threads to a camera's owner
      // through GLib's queues and locks.
      "race:libaravis-0.8.so\n"
      "race:libgio-2.0.so\n"
      // Our own use of it, in http/compression, keeps its streams on one thread's stack.
      "race:libz.so\n";
}

}  // extern "C"
