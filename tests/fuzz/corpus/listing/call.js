/* callback */
cb([{"name":"a.jpg","is_dir":false,"size":1,"mod_time":"2015-03-01T01:35:31Z"},"b.jpg"]);